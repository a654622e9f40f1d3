use crate::panels::PANEL;
use crate::{Dims, Window, simd, winograd};

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
    /// The fastest for each geometry.
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
    /// Whether a convolution from x to `c_out` channels goes by way of [`crate::winograd`]. A function
    /// of the geometry alone.
    pub(crate) fn is_winograd(self, x: Dims, c_out: usize, win: Window) -> bool {
        let fits = winograd::fits(x, win);
        match self {
            Self::Auto => fits && x.3 >= WORTH && c_out >= WORTH,
            Self::Im2col => false,
            Self::Winograd => fits,
        }
    }

    /// Whether a matrix of so many columns is a panel as it lies, so that a product with it need not
    /// pack it first.
    pub(crate) fn is_one_panel(self, cols: usize) -> bool {
        self != Self::Im2col && (WORTH..=PANEL).contains(&cols)
    }
}
