use dcgan_gan::{Augmentation, Config, State};
use dcgan_random::Purpose;

use crate::floats::Floats;
use crate::kernels::augment::{DRAWN, Images, factors};
use crate::recorder::Recorder;
use crate::{Gpu, GpuError};

/// Augments the images that D sees, and takes the gradient back to those of G. Counterpart:
/// gan/src/trainer/augmenter.rs.
#[derive(Debug)]
pub(crate) struct Augmenter {
    /// The batch of real images, before it is augmented.
    pub(crate) real: Floats,
    /// Of generated images, then of real ones.
    drawn: Floats,
}

impl Augmenter {
    /// `None` if nothing is augmented.
    pub(crate) fn new(to: &mut Recorder, config: &Config) -> Result<Option<Self>, GpuError> {
        let Config { augment, batch_size, image_size, channels, .. } = *config;
        if !augment.any() {
            return Ok(None);
        }
        let len = batch_size * image_size * image_size * channels;
        let real = to.zeros("a batch of images", len)?;
        let drawn = to.zeros("augmentations", 2 * batch_size * DRAWN)?;
        Ok(Some(Self { real, drawn }))
    }

    /// Records the step from images to D's input.
    pub(crate) fn apply(&self, to: &mut Recorder, config: &Config, fake: &Floats, seen: &Floats) {
        let images = images(config);
        images.apply(to, &self.drawn, fake, seen);
        let images = Images { first: images.n, ..images };
        images.apply(to, &self.drawn, &self.real, seen);
    }

    /// Records the step from the gradient in augmented generated images to that in the images.
    pub(crate) fn adjoint(&self, to: &mut Recorder, config: &Config, dy: &Floats, dx: &Floats) {
        images(config).adjoint(to, &self.drawn, dy, dx);
    }

    /// Draws what the next step augments with.
    pub(crate) fn draw(&self, gpu: &Gpu, state: &State) {
        let Config { augment, batch_size, image_size: side, channels, .. } = state.config;
        let mut stream = state.stream(Purpose::Augment);
        let draw = |_| factors(&Augmentation::draw(augment, side, &mut stream), side, channels);
        let drawn: Vec<[f32; DRAWN]> = (0..2 * batch_size).map(draw).collect();
        gpu.write(&self.drawn, 0, drawn.as_flattened());
    }
}

/// The generated images.
fn images(config: &Config) -> Images {
    let Config { batch_size, image_size, channels, .. } = *config;
    Images { n: batch_size, side: image_size, channels, first: 0 }
}
