use crate::{Dims, Window, direct, point, simd, winograd};

/// How kernels compute. The default is what is fastest here; any other is for comparing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// The way to a convolution.
    pub algorithm: Algorithm,
    /// The instructions that it uses, where the kernels are ours.
    pub level: simd::Level,
}

impl Default for Method {
    fn default() -> Self {
        Self { algorithm: Algorithm::Auto, level: simd::Level::detect() }
    }
}

/// A way to a convolution. All of them give the same up to rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// The fastest for each geometry: minimal filtering between many channels, straight from the
    /// pictures between few or where a window is a whole picture, columns elsewhere.
    #[default]
    Auto,
    /// Columns and one matrix product, for any geometry.
    Im2col,
    /// Minimal filtering wherever the geometry allows it; columns elsewhere.
    Winograd,
}

/// Channels on both sides from which the transforms are paid for by the multiplications they save.
const WORTH: usize = 16;

impl Algorithm {
    /// The way that a convolution from x to `c_out` channels goes: a function of the geometry alone.
    pub(crate) fn way(self, x: Dims, c_out: usize, win: Window) -> Way {
        let wide = x.3 >= WORTH && c_out >= WORTH;
        match self {
            Self::Auto if winograd::fits(x, win) && wide => Way::Winograd,
            Self::Auto if direct::fits(x, c_out, win) => Way::Direct,
            Self::Auto if point::fits(x, win) => Way::Point,
            Self::Winograd if winograd::fits(x, win) => Way::Winograd,
            _ => Way::Im2col,
        }
    }
}

/// What an [`Algorithm`] comes to for one geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Columns and matrixmultiply.
    Im2col,
    /// [`crate::winograd`].
    Winograd,
    /// [`crate::direct`].
    Direct,
    /// [`crate::point`].
    Point,
}
