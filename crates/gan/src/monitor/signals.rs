use dcgan_tensor::View;

use crate::{Engine, EngineError, Logits};

/// Channels of an image, at most.
pub(crate) const MAX_CHANNELS: usize = 4;

/// Most pairs of neighbouring images of a batch that are compared.
const PAIRS: usize = 8;

/// One row of pixels in this many is compared.
const ROW_STEP: usize = 4;

/// Number of partial sums, which are always added in the same order.
const LANES: usize = 16;

/// What one step shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Signals {
    /// The shares of real and of generated images that D classifies correctly, if it has a boundary.
    pub(super) accuracy: Option<[f64; 2]>,
    /// Mean logit of the real images minus that of the generated ones.
    pub(super) logit_gap: f64,
    /// What the images show, if they were looked at and there are several.
    pub(super) look: Option<Look>,
}

/// What the real and the generated images of a batch show.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Look {
    pub(super) variances: [f64; 2],
    /// Of each channel; 0 for those that there are not.
    pub(super) means: [[f64; MAX_CHANNELS]; 2],
}

impl Signals {
    /// What the last step of an engine shows; of its images only if `look`.
    pub(super) fn of_step(engine: &mut dyn Engine, look: bool) -> Result<Self, EngineError> {
        let look = if look { Look::at(engine.images()?) } else { None };
        let boundary = engine.objective().decision_boundary();
        let Logits { real, fake } = engine.logits();
        let accuracy = |boundary: f32| {
            [share(real, |logit| logit > boundary), share(fake, |logit| logit < boundary)]
        };
        let logit_gap = mean(real) - mean(fake);
        Ok(Self { accuracy: boundary.map(accuracy), logit_gap, look })
    }
}

impl Look {
    /// `None` for a single image.
    fn at(images: [View; 2]) -> Option<Self> {
        let [real, fake] = images;
        let variances = [variance(real)?, variance(fake)?];
        Some(Self { variances, means: [channel_means(real), channel_means(fake)] })
    }
}

fn share(logits: View, correct: impl Fn(f32) -> bool) -> f64 {
    logits.iter().filter(|&&logit| correct(logit)).count() as f64 / logits.len() as f64
}

fn mean(logits: View) -> f64 {
    logits.iter().map(|&logit| f64::from(logit)).sum::<f64>() / logits.len() as f64
}

/// The variance of a pixel's channel between images: half the mean squared distance of a few pairs,
/// over some of the rows. `None` for a single image.
pub(super) fn variance(images: View) -> Option<f64> {
    let (batch, height, width, channels) = images.dim();
    let pairs = PAIRS.min(batch - 1);
    if pairs == 0 {
        return None;
    }
    let (row, image) = (width * channels, height * width * channels);
    let pixels = images.to_slice().expect("a batch is contiguous");
    let mut sum = 0.0;
    for (a, b) in pixels.chunks(image).zip(pixels[image..].chunks(image)).take(pairs) {
        for (a, b) in a.chunks(row).zip(b.chunks(row)).step_by(ROW_STEP) {
            sum += squared_distance(a, b);
        }
    }
    let compared = pairs * height.div_ceil(ROW_STEP) * row;
    Some(sum / compared as f64 / 2.0)
}

/// The mean of each channel, over some of the rows.
pub(super) fn channel_means(images: View) -> [f64; MAX_CHANNELS] {
    let (batch, height, width, channels) = images.dim();
    let pixels = images.to_slice().expect("a batch is contiguous");
    let mut sums = [0.0; MAX_CHANNELS];
    for image in pixels.chunks(height * width * channels) {
        for row in image.chunks(width * channels).step_by(ROW_STEP) {
            for pixel in row.chunks(channels) {
                for (sum, &v) in sums.iter_mut().zip(pixel) {
                    *sum += f64::from(v);
                }
            }
        }
    }
    let seen = batch * height.div_ceil(ROW_STEP) * width;
    sums.map(|sum| sum / seen as f64)
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
