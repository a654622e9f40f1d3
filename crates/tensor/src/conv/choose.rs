use super::direct::{self, Direct};
use super::full_window::{self, FullWindow};
use super::im2col::Im2col;
use super::passes::Passes;
use super::problem::Problem;
use super::winograd::{self, Winograd};
use crate::ConvAlgorithm;

/// The kernel that computes a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConvKernel {
    Im2col,
    Winograd,
    Direct,
    FullWindow,
}

/// Channels from which it pays to transform both sides ([`Winograd`]), or to multiply a vector of output
/// channels by one pixel ([`Direct`]).
const MIN_CHANNELS: usize = 16;

impl ConvKernel {
    /// The kernel for a convolution: a function of the geometry alone.
    pub(crate) fn choose(algorithm: ConvAlgorithm, conv: &Problem) -> Self {
        let from_many = conv.c_in() >= MIN_CHANNELS;
        let to_many = conv.c_out() >= MIN_CHANNELS;
        let wanted = |kernel, pays| match algorithm {
            ConvAlgorithm::Auto => pays,
            ConvAlgorithm::Im2col => kernel == Self::Im2col,
            ConvAlgorithm::Winograd => kernel == Self::Winograd,
            ConvAlgorithm::Direct => kernel == Self::Direct,
            ConvAlgorithm::FullWindow => kernel == Self::FullWindow,
        };
        if wanted(Self::Winograd, from_many && to_many) && winograd::fits(conv) {
            Self::Winograd
        } else if wanted(Self::Direct, to_many) && direct::fits(conv) {
            Self::Direct
        } else if wanted(Self::FullWindow, true) && full_window::fits(conv) {
            Self::FullWindow
        } else {
            Self::Im2col
        }
    }

    /// Its passes. This is the only place that dispatches on the kernel.
    pub(crate) fn passes(self) -> &'static dyn Passes {
        match self {
            Self::Im2col => &Im2col,
            Self::Winograd => &Winograd,
            Self::Direct => &Direct,
            Self::FullWindow => &FullWindow,
        }
    }
}
