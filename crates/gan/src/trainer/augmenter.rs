use dcgan_layers::Activations;
use dcgan_random::Stream;
use dcgan_tensor::{View, ViewMut};
use ndarray::{Array4, ArrayView1, Axis, Zip};

use super::{FAKE, REAL};
use crate::{Augment, Augmentation, Config};

/// Augments the images that D sees, and takes the gradient back to those of G. D has one forward pass in a step, so
/// the losses of G and D, and a penalty, see the same augmented images.
pub(super) struct Augmenter {
    augment: Augment,
    /// The batch of real images as the caller wrote it: D's input holds augmented ones.
    real: Array4<f32>,
    /// That of each image, in the order of D's parts.
    drawn: Vec<Augmentation>,
}

impl Augmenter {
    /// `None` if nothing is augmented.
    pub(super) fn new(config: &Config) -> Option<Self> {
        let Config { augment, batch_size, image_size, channels, .. } = *config;
        augment.any().then(|| Self {
            augment,
            real: Array4::zeros((batch_size, image_size, image_size, channels)),
            drawn: vec![Augmentation::default(); 2 * batch_size],
        })
    }

    pub(super) fn real(&self) -> View<'_> {
        self.real.view()
    }

    pub(super) fn real_mut(&mut self) -> ViewMut<'_> {
        self.real.view_mut()
    }

    /// Draws the augmentation of each generated image, then of each real one.
    pub(super) fn draw(&mut self, stream: &mut Stream) {
        let side = self.real.dim().1;
        self.drawn.fill_with(|| Augmentation::draw(self.augment, side, stream));
    }

    /// Writes the augmented images to D's input.
    pub(super) fn apply(&self, fake: View, d: &mut Activations) {
        for (part, images) in [(FAKE, fake), (REAL, self.real())] {
            let mut to = d.part_input_mut(part);
            let each = Zip::from(to.axis_iter_mut(Axis(0)));
            let each = each.and(images.axis_iter(Axis(0))).and(self.drawn(part));
            each.par_for_each(|mut to, image, drawn| {
                to.assign(&image);
                drawn.apply(to);
            });
        }
    }

    /// From the gradient in the augmented generated images that in G's output.
    pub(super) fn adjoint(&self, mut dimages: ViewMut) {
        let each = Zip::from(dimages.axis_iter_mut(Axis(0))).and(self.drawn(FAKE));
        each.par_for_each(|gradient, drawn| drawn.adjoint(gradient));
    }

    fn drawn(&self, part: usize) -> ArrayView1<'_, Augmentation> {
        let batch = self.drawn.len() / 2;
        ArrayView1::from(&self.drawn[part * batch..][..batch])
    }
}
