use dcgan_optim::ema_decay;
use dcgan_tensor::{View, ViewMut};

use crate::Logits;

/// Decay of the anchors per step.
const DECAY: f64 = 0.99;

/// The anchors of the LeCam penalty (Tseng et al. 2021, arXiv:2104.03310): moving averages of D's logits, α_R of
/// those of real images and α_F of those of generated ones.
///
/// The penalty λ·(E‖D(x) − α_F‖² + E‖D(G(z)) − α_R‖²) (equation 5) keeps D from telling the two apart too well when
/// there are few images. The anchors are constants to its gradient.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LecamAnchors {
    /// α_R.
    pub real: f64,
    /// α_F.
    pub fake: f64,
}

impl LecamAnchors {
    /// Moves the anchors towards the means of this step's logits; in the first steps faster, as averages of
    /// parameters do.
    pub fn update(&mut self, step: u64, logits: Logits) {
        let rest = Self::rest(step);
        self.real += rest * (mean(logits.real) - self.real);
        self.fake += rest * (mean(logits.fake) - self.fake);
    }

    /// The part of the way to those means that the anchors move.
    pub fn rest(step: u64) -> f64 {
        1.0 - ema_decay(DECAY, step)
    }

    /// Adds the gradient of the penalty with this λ in D's logits.
    pub fn add_grad(&self, lambda: f64, logits: Logits, dreal: ViewMut, dfake: ViewMut) {
        let add = |logits: View, mut dlogits: ViewMut, anchor: f64| {
            let scale = 2.0 * lambda / logits.len() as f64;
            dlogits.zip_mut_with(&logits, |d, &l| *d += (scale * (f64::from(l) - anchor)) as f32);
        };
        add(logits.real, dreal, self.fake);
        add(logits.fake, dfake, self.real);
    }
}

fn mean(logits: View) -> f64 {
    logits.iter().map(|&l| f64::from(l)).sum::<f64>() / logits.len() as f64
}
