//! The backward passes through a D that judges each image alone: one pass serves G's loss, D's loss and the
//! penalties on D's gradient.

use dcgan_layers::{Activations, LogitGrads, Network, Params};
use dcgan_tensor::{Accum, Context, ViewMut};
use ndarray::{ArrayView1, ArrayViewMut4, Axis, Zip};

use super::{FAKE, REAL};
use crate::Config;

/// Memory for these passes.
pub(super) struct PerImage {
    grads: LogitGrads,
    /// The slopes of a loss in the logits, in the order of D's parts.
    slopes: Vec<f32>,
    /// What the penalty of each image counts.
    weights: Vec<f32>,
}

impl PerImage {
    pub(super) fn new(d: &Network, batch: usize) -> Self {
        let grads = LogitGrads::new(d, 2, batch);
        Self { grads, slopes: vec![0.0; 2 * batch], weights: vec![0.0; 2 * batch] }
    }

    /// Computes the gradient of each logit.
    pub(super) fn compute(
        &mut self,
        d: &Network,
        theta: &Params,
        at: &Activations,
        ctx: &mut Context,
    ) {
        self.grads.compute(d, theta, at, ctx);
    }

    /// The slopes of a loss in the logits of the generated and of the real images, to be written.
    pub(super) fn slopes_mut(&mut self) -> (ViewMut<'_>, ViewMut<'_>) {
        let batch = self.slopes.len() / 2;
        let (fake, real) = self.slopes.split_at_mut(batch);
        let logits =
            |slopes| ArrayViewMut4::from_shape((batch, 1, 1, 1), slopes).expect("one each");
        (logits(fake), logits(real))
    }

    /// The gradient of G's loss in the generated images, from its slopes.
    pub(super) fn images(&self, mut dimages: ViewMut) {
        let slopes = ArrayView1::from(&self.slopes[..self.slopes.len() / 2]);
        let grads = self.grads.images(FAKE);
        let images = Zip::from(dimages.axis_iter_mut(Axis(0)));
        let images = images.and(grads.axis_iter(Axis(0))).and(slopes);
        images.par_for_each(|mut to, grad, &slope| {
            to.zip_mut_with(&grad, |to, &grad| *to = slope * grad);
        });
    }

    /// The gradient of D's loss, from its slopes, and of the penalties of this step.
    pub(super) fn params(
        &mut self,
        (d, theta, at): (&Network, &Params, &Activations),
        config: &Config,
        step: u64,
        dtheta: &mut Params,
        ctx: &mut Context,
    ) {
        let batch = self.slopes.len() / 2;
        let due = step.is_multiple_of(config.penalty_every);
        let weight = |gamma: f64| {
            if due { (gamma * config.penalty_every as f64 / batch as f64) as f32 } else { 0.0 }
        };
        for (part, gamma) in [(FAKE, config.r2), (REAL, config.r1)] {
            self.weights[part * batch..][..batch].fill(weight(gamma));
        }
        let of_loss = (&self.slopes[..], &self.weights[..]);
        self.grads.backward_params(d, theta, at, of_loss, (Accum::Overwrite, dtheta), ctx);
    }
}
