//! The kernels of a DCGAN: what a convolution, a normalisation and an activation do to arrays.
//!
//! This crate knows arrays and threads. It must never know a parameter, a layer, a file or a random
//! number.
//!
//! Conventions, the same from pixels to logits:
//!
//! - Activations are **NHWC** (image, row, column, channel) and contiguous; [`View`] and [`ViewMut`] carry
//!   the sizes. Convolution weights are **HWIO** (kernel row, kernel column, input channel, output
//!   channel), as a flat slice.
//! - Letters are those of the maths: `n h w c`, input `x`, output `y`, gradients `dx` and `dy`.
//! - Outputs are **overwritten**; gradients of parameters are overwritten or added to ([`Accum`]).
//! - How to compute and the memory to work in are an argument ([`Context`]). No kernel allocates memory of
//!   its own after its first call at a size; products by `matrixmultiply` ([`ConvAlgorithm::Im2col`], and
//!   weight gradients of [`ConvAlgorithm::FullWindow`]) allocate for their packed operands each time.
//! - Work is divided by geometry, never by the number of threads, and each float is written by one task in
//!   one order: the same bits on any number of threads.
//! - Shapes that do not fit together are a bug of the caller and panic, with the shapes in the message.
//!
//! ```
//! use dcgan_tensor::{Activation, Context, Window, conv};
//! use ndarray::Array4;
//!
//! let halve = Window { kernel: 4, stride: 2, pad: 1 };
//! let x = Array4::ones((1, 8, 8, 3));
//! let w = vec![0.5; 4 * 4 * 3 * 2];
//! let size = halve.conv_size(8);
//! let mut y = Array4::zeros((1, size, size, 2));
//!
//! conv::forward(x.view(), &w, halve, Activation::Identity, y.view_mut(), &mut Context::default());
//! assert_eq!(y[[0, 1, 1, 0]], 24.0); // 16 taps of 3 channels, half of each
//! ```

mod accum;
pub mod activation;
mod backend;
mod batch;
mod block_sizes;
mod caches;
mod context;
pub mod conv;
mod gemm;
mod image_stats;
pub mod norm;
pub mod pixel;
pub mod pool;
mod prefetch;
pub mod roofline;
mod simd;
mod strips;
mod sum;
mod view;
mod window;

pub use accum::Accum;
pub use activation::Activation;
pub use backend::{Backend, ConvAlgorithm};
pub use batch::{Input, Output};
pub use block_sizes::BlockSizes;
pub use caches::Caches;
pub use context::Context;
pub use conv::Epilogue;
pub use pool::{AlignedBuffer, Scratch};
pub use simd::Isa;
pub use view::{Dims, View, ViewMut};
pub use window::Window;

#[cfg(any(test, feature = "naive"))]
pub mod naive;
#[cfg(test)]
mod tests;
