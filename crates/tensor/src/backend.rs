use crate::{BlockSizes, Isa};

/// How kernels compute. The default is the fastest on this processor; the others are for comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backend {
    /// How convolutions are computed.
    pub conv: ConvAlgorithm,
    /// The instruction set of this crate's own kernels. `matrixmultiply` chooses its own.
    pub isa: Isa,
    /// How much of a batch is processed at a time; affects the speed alone.
    pub blocks: BlockSizes,
}

impl Default for Backend {
    fn default() -> Self {
        Self { conv: ConvAlgorithm::Auto, isa: Isa::detect(), blocks: BlockSizes::detect() }
    }
}

/// An algorithm for convolutions. All give the same result up to rounding; each is used where the
/// geometry allows it, and im2col elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConvAlgorithm {
    /// The fastest for each geometry: minimal filtering between many channels, direct convolution
    /// between few, one product where the window is the whole image, im2col elsewhere.
    #[default]
    Auto,
    /// im2col and one matrix product, for any geometry.
    Im2col,
    /// Winograd's minimal filtering: 4 × 4 windows of stride 2 on images of 8 × 8 tiles.
    Winograd,
    /// Products straight from the images, between few channels.
    Direct,
    /// One product, where the window is the whole image.
    FullWindow,
}
