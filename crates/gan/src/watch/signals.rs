use dcgan_tensor::View;

use crate::Trainer;

/// Pictures that lie side by side in a batch and are compared: so many pairs, at most.
const PAIRS: usize = 8;

/// One row of pixels of so many is compared.
const ROWS: usize = 4;

/// Floats that are added side by side, always in the same order.
const LANES: usize = 16;

/// What one step has shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Signals {
    /// Share of the real pictures that D takes for real.
    pub(super) right_real: f64,
    /// Share of the generated ones that it does not.
    pub(super) right_fake: f64,
    /// Mean logit of the real pictures less that of the generated ones.
    pub(super) gap: f64,
    /// Of the pictures, where they were looked at and there are several: real ones and generated.
    pub(super) variances: Option<[f64; 2]>,
}

impl Trainer {
    /// What the last step has shown; of its pictures only `closely`.
    pub(super) fn signals(&mut self, closely: bool) -> Signals {
        let variances = closely.then(|| [variance(self.real().view()), variance(self.fakes())]);
        let (real, fake) = self.logits();
        Signals {
            right_real: share(real, |logit| logit > 0.0),
            right_fake: share(fake, |logit| logit < 0.0),
            gap: mean(real) - mean(fake),
            variances: variances.and_then(|[real, fake]| Some([real?, fake?])),
        }
    }
}

fn share(logits: View, right: fn(f32) -> bool) -> f64 {
    logits.iter().filter(|&&logit| right(logit)).count() as f64 / logits.len() as f64
}

fn mean(logits: View) -> f64 {
    logits.iter().map(|&logit| f64::from(logit)).sum::<f64>() / logits.len() as f64
}

/// The variance of a pixel's channel from picture to picture: half the mean squared distance of a
/// few pairs, over a part of the rows. A single picture has none.
pub(super) fn variance(pictures: View) -> Option<f64> {
    let (batch, height, width, channels) = pictures.dim();
    let pairs = PAIRS.min(batch - 1);
    if pairs == 0 {
        return None;
    }
    let (row, picture) = (width * channels, height * width * channels);
    let pixels = pictures.to_slice().expect("a batch is contiguous");
    let mut sum = 0.0;
    for (a, b) in pixels.chunks(picture).zip(pixels[picture..].chunks(picture)).take(pairs) {
        for (a, b) in a.chunks(row).zip(b.chunks(row)).step_by(ROWS) {
            sum += squared_distance(a, b);
        }
    }
    let compared = pairs * height.div_ceil(ROWS) * row;
    Some(sum / compared as f64 / 2.0)
}

/// ‖a − b‖².
fn squared_distance(a: &[f32], b: &[f32]) -> f64 {
    let mut lanes = [0.0f32; LANES];
    for (a, b) in a.chunks(LANES).zip(b.chunks(LANES)) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += (a - b) * (a - b);
        }
    }
    lanes.iter().map(|&lane| f64::from(lane)).sum()
}
