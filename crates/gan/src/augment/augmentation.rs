use dcgan_random::Stream;
use ndarray::ArrayViewMut3;

use super::{Augment, Colour, Cutout, Translation};

/// The augmentation of one image, with all its random numbers drawn: an affine map of images (side, side, channels)
/// in [−1, 1].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Augmentation {
    /// Applied first.
    pub colour: Option<Colour>,
    /// Applied second.
    pub translation: Option<Translation>,
    /// Applied last.
    pub cutout: Option<Cutout>,
}

impl Augmentation {
    /// Draws the numbers for an image of this side. What is drawn for one kind does not depend on which others are
    /// applied.
    pub fn draw(augment: Augment, side: usize, stream: &mut Stream) -> Self {
        let colour = Colour::draw(stream);
        let translation = Translation::draw(side, stream);
        let cutout = Cutout::draw(side, stream);
        Self {
            colour: augment.colour.then_some(colour),
            translation: augment.translation.then_some(translation),
            cutout: augment.cutout.then_some(cutout),
        }
    }

    /// x ← A·x + b.
    ///
    /// # Panics
    /// If the image is not contiguous.
    pub fn apply(&self, mut image: ArrayViewMut3<f32>) {
        if let Some(colour) = &self.colour {
            colour.apply(image.view_mut());
        }
        if let Some(translation) = &self.translation {
            translation.apply(image.view_mut());
        }
        if let Some(cutout) = &self.cutout {
            cutout.apply(image);
        }
    }

    /// g ← Aᵀ·g: from the gradient in the augmented image that in the image.
    ///
    /// # Panics
    /// If the gradient is not contiguous.
    pub fn adjoint(&self, mut gradient: ArrayViewMut3<f32>) {
        if let Some(cutout) = &self.cutout {
            cutout.adjoint(gradient.view_mut());
        }
        if let Some(translation) = &self.translation {
            translation.adjoint(gradient.view_mut());
        }
        if let Some(colour) = &self.colour {
            colour.adjoint(gradient);
        }
    }
}
