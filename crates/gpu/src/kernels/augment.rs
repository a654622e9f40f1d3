//! The augmentation of images, with its random numbers drawn on the host. Counterparts: gan/src/augment.rs,
//! gan/src/trainer/augmenter.rs.

use dcgan_gan::Augmentation;

use crate::floats::Floats;
use crate::recorder::Recorder;
use crate::shader::{AUGMENT, AUGMENT_ADJOINT};
use crate::uniform::Uniform;

/// Floats of an image's random numbers: the struct `Drawn` of `augmentation.wgsl`.
pub(crate) const DRAWN: usize = 10;

/// The factors of one image (side, side, channels).
pub(crate) fn factors(of: &Augmentation, side: usize, channels: usize) -> [f32; DRAWN] {
    let [saturation, contrast, brightness] = match of.colour {
        Some(colour) => [colour.saturation, colour.contrast, colour.brightness],
        None => [1.0, 1.0, 0.0],
    };
    let shift = of.translation.map_or([0, 0], |translation| translation.shift);
    let range = |centre: usize| [centre.saturating_sub(side / 4), (centre + side / 4).min(side)];
    let [rows, columns] = of.cutout.map_or([[0; 2]; 2], |cutout| cutout.centre.map(range));
    [
        contrast * saturation,
        contrast * (1.0 - saturation) / channels as f32,
        1.0 - contrast,
        brightness,
        shift[0] as f32,
        shift[1] as f32,
        rows[0] as f32,
        rows[1] as f32,
        columns[0] as f32,
        columns[1] as f32,
    ]
}

/// Images, and where the random numbers of the first one are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Images {
    pub(crate) n: usize,
    pub(crate) side: usize,
    pub(crate) channels: usize,
    pub(crate) first: usize,
}

impl Images {
    fn uniform(&self) -> Uniform {
        Uniform::new().ints([self.side, self.channels, self.first])
    }

    /// Writes augmented images to the places of an array that their random numbers have.
    pub(crate) fn apply(
        &self,
        to: &mut Recorder,
        drawn: &Floats,
        images: &Floats,
        result: &Floats,
    ) {
        to.push(&AUGMENT, &self.uniform(), &[drawn, images, result], [self.n, 1, 1]);
    }

    /// From the gradient in the augmented images that in the images.
    pub(crate) fn adjoint(&self, to: &mut Recorder, drawn: &Floats, dy: &Floats, dx: &Floats) {
        to.push(&AUGMENT_ADJOINT, &self.uniform(), &[drawn, dy, dx], [self.n, 1, 1]);
    }
}
