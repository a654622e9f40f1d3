//! The kernels of a DCGAN: what a convolution, a normalisation and an activation do to arrays.
//!
//! This crate knows arrays and threads. It must never know a parameter, a layer, a file or a
//! random number.
//!
//! Conventions, the same from pixels to logits:
//!
//! - Activations are **NHWC** (picture, row, column, channel) and contiguous; [`View`] and
//!   [`ViewMut`] carry the sizes. Convolution weights are **HWIO** (kernel row, kernel column,
//!   channel in, channel out), as a flat slice.
//! - Letters are those of the maths: `n h w c`, `x` in, `y` out, `dx` and `dy` their gradients.
//! - Whatever is an output, a gradient too, is **overwritten**.
//! - Working memory is an argument ([`Scratch`]). No kernel allocates after its first call.
//! - Work is cut by geometry, never by the number of threads, and each float is written by one
//!   task in one order: the same bits on any number of threads.
//! - A shape that does not fit is a bug of the caller and panics, naming the shapes.
//!
//! ```
//! use dcgan_tensor::{Act, Scratch, Window, conv};
//! use ndarray::Array4;
//!
//! let halve = Window { kernel: 4, stride: 2, pad: 1 };
//! let x = Array4::ones((1, 8, 8, 3));
//! let w = vec![0.5; 4 * 4 * 3 * 2];
//! let mut y = Array4::zeros((1, halve.down(8), halve.down(8), 2));
//!
//! conv::forward(x.view(), &w, halve, Act::Identity, y.view_mut(), &mut Scratch::default());
//! assert_eq!(y[[0, 1, 1, 0]], 24.0); // 16 taps of 3 channels, half of each
//! ```

pub mod act;
mod batch;
mod bias;
pub mod conv;
mod direct;
mod epilogue;
mod gemm;
mod im2col;
mod memory;
mod method;
mod near;
pub mod norm;
mod panels;
pub mod pixel;
mod plan;
mod point;
pub mod roofline;
mod scratch;
mod sides;
pub mod simd;
mod sum;
mod transpose;
mod window;
mod winograd;

use ndarray::{ArrayView4, ArrayViewMut4};

pub use act::Act;
pub use batch::{Input, Output};
pub use epilogue::Epilogue;
pub use memory::Floats;
pub use method::{Algorithm, Method};
pub use scratch::Scratch;
pub use window::Window;

/// A batch of activations to read: (n, h, w, c), contiguous.
pub type View<'a> = ArrayView4<'a, f32>;

/// A batch of activations to write: (n, h, w, c), contiguous.
pub type ViewMut<'a> = ArrayViewMut4<'a, f32>;

/// The sizes of a batch of activations: (n, h, w, c).
pub type Dims = (usize, usize, usize, usize);

/// The floats of `x` in memory order.
#[track_caller]
fn floats<'a>(x: &View<'a>) -> &'a [f32] {
    x.to_slice().unwrap_or_else(|| panic!("activations {:?} are not contiguous", x.dim()))
}

/// The floats of `x` in memory order, to write.
#[track_caller]
fn floats_mut<'a>(x: ViewMut<'a>) -> &'a mut [f32] {
    let dims = x.dim();
    x.into_slice().unwrap_or_else(|| panic!("activations {dims:?} are not contiguous"))
}

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
