use serde::{Deserialize, Serialize};

#[cfg(feature = "train")]
mod constrain;

/// How G doubles the size of its feature maps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Upsample {
    /// By a transposed convolution with a free kernel of 4 × 4, as in the DCGAN paper.
    #[default]
    Transposed,
    /// By nearest-neighbour interpolation and a convolution of 3 × 3 (Odena et al. 2016, "Deconvolution and
    /// Checkerboard Artifacts").
    ///
    /// The two together are a transposed convolution of 4 × 4 too, whose kernel is the one of 3 × 3 convolved with a
    /// box of 2 × 2. So network, speed and files stay as they are, and only the kernels are constrained: in both
    /// directions, every second tap sums up to as much as the others do. A flat feature map then gives a flat image,
    /// whatever the weights, where a free kernel must learn not to print a mesh on it.
    Nearest,
}

impl Upsample {
    /// All of them and their names.
    pub const ALL: [(Self, &'static str); 2] =
        [(Self::Transposed, "transposed"), (Self::Nearest, "nearest")];
}

crate::named_setting!(Upsample);
