//! Differentiable augmentation (DiffAugment, Zhao et al. 2020, arXiv:2006.10738).
//!
//! D sees real and generated images that are changed at random, so that it cannot learn a small set of images by
//! heart. Of one image each change is an affine map x ↦ A·x + b, so its adjoint Aᵀ takes the gradient back from D's
//! image to G's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[cfg(feature = "train")]
mod augmentation;
#[cfg(feature = "train")]
mod colour;
#[cfg(feature = "train")]
mod cutout;
#[cfg(feature = "train")]
mod translation;

#[cfg(feature = "train")]
pub use self::{
    augmentation::Augmentation, colour::Colour, cutout::Cutout, translation::Translation,
};

/// Which augmentations are applied to D's images, always in this order. Written as their names, separated by commas,
/// or as `none`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Augment {
    /// Brightness, saturation and contrast: `color`.
    pub colour: bool,
    /// A shift by up to an eighth of the side: `translation`.
    pub translation: bool,
    /// A square of half the side that is grey: `cutout`.
    pub cutout: bool,
}

impl Augment {
    /// No augmentation.
    pub const NONE: Self = Self { colour: false, translation: false, cutout: false };

    /// Every augmentation.
    pub const ALL: Self = Self { colour: true, translation: true, cutout: true };

    /// Whether there is one.
    pub fn any(self) -> bool {
        self != Self::NONE
    }
}

/// What stands for no augmentation.
const NONE: &str = "none";

const ALLOWED: &str = "none, or one or more of color, translation and cutout, separated by commas";

impl fmt::Display for Augment {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { colour, translation, cutout } = *self;
        let all = [(colour, "color"), (translation, "translation"), (cutout, "cutout")];
        let names: Vec<&str> = all.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
        if names.is_empty() { f.write_str(NONE) } else { f.write_str(&names.join(",")) }
    }
}

impl FromStr for Augment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut augment = Self::NONE;
        if text.trim() == NONE {
            return Ok(augment);
        }
        for name in text.split(',').map(str::trim) {
            let on = match name {
                "color" => &mut augment.colour,
                "translation" => &mut augment.translation,
                "cutout" => &mut augment.cutout,
                _ => return Err(format!("it must be {ALLOWED}")),
            };
            if std::mem::replace(on, true) {
                return Err(format!("{name} is listed twice"));
            }
        }
        Ok(augment)
    }
}

impl TryFrom<String> for Augment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Augment> for String {
    fn from(augment: Augment) -> Self {
        augment.to_string()
    }
}

crate::word_settings!(Augment);

#[cfg(all(test, feature = "train"))]
mod tests;
