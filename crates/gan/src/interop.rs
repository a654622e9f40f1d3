//! Weights under the names, shapes and layout of PyTorch's DCGAN example: written as safetensors, so that
//! `load_state_dict(strict=True)` takes them, and read from safetensors and from files of `torch.save`. Whole networks are
//! written as ONNX.
//!
//! | | here | PyTorch |
//! |---|---|---|
//! | convolution | (kernel, kernel, c_in, c_out) | `Conv2d`: (c_out, c_in, kernel, kernel) |
//! | transposed | (kernel, kernel, c_out, c_in), of the convolution it transposes | `ConvTranspose2d`: (c_in, c_out, kernel, kernel) |
//!
//! One permutation, (3, 2, 0, 1), serves both.
//!
//! All imported weights pass [`import()`] or [`import_generator`], whatever file they come from: names, shapes, types
//! and values are checked there, and a number that no state may hold is refused by the name of its tensor.

use dcgan_layers::Params;
use ndarray::{ArrayD, ArrayViewD, IxDyn};

mod dtype;
mod error;
#[cfg(feature = "train")]
mod export;
mod file;
mod import;
#[cfg(feature = "onnx")]
mod onnx;
#[cfg(feature = "safetensors")]
mod safetensors_file;
mod select;
mod tensor;
#[cfg(feature = "torch")]
mod torch;

pub use dtype::Dtype;
pub use error::InteropError;
#[cfg(feature = "train")]
pub(crate) use export::torch_arrays;
#[cfg(feature = "train")]
pub use export::{export, export_generator};
pub use file::WeightsFile;
#[cfg(feature = "train")]
pub use import::import;
pub use import::import_generator;
#[cfg(feature = "onnx")]
pub use onnx::{Pixels, export_discriminator_onnx, export_generator_onnx};

/// From our order of a weight's axes to PyTorch's.
const TO_TORCH: [usize; 4] = [3, 2, 0, 1];

/// And back.
const FROM_TORCH: [usize; 4] = [2, 3, 1, 0];

/// PyTorch's counter beside a running variance: the batches it has seen.
const COUNTER: &str = "num_batches_tracked";

/// One of the two networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkKind {
    /// G.
    Generator,
    /// D.
    Discriminator,
}

impl NetworkKind {
    /// `generator` or `discriminator`.
    pub fn name(self) -> &'static str {
        match self {
            NetworkKind::Generator => "generator",
            NetworkKind::Discriminator => "discriminator",
        }
    }

    fn other(self) -> Self {
        match self {
            NetworkKind::Generator => NetworkKind::Discriminator,
            NetworkKind::Discriminator => NetworkKind::Generator,
        }
    }
}

/// The names of PyTorch's counters, one beside each running variance.
fn counters(buffers: &Params) -> impl Iterator<Item = String> {
    buffers.entries().iter().filter_map(|entry| counter_beside(&entry.name))
}

/// The counter beside the array of this name, if that is a running variance.
fn counter_beside(name: &str) -> Option<String> {
    name.strip_suffix("running_var").map(|node| format!("{node}{COUNTER}"))
}

/// An array's shape in PyTorch.
fn torch_shape(shape: &[usize]) -> Vec<usize> {
    match shape {
        [_, _, _, _] => TO_TORCH.iter().map(|&axis| shape[axis]).collect(),
        _ => shape.to_vec(),
    }
}

#[cfg(feature = "train")]
fn to_torch(shape: &[usize], floats: &[f32]) -> (Vec<usize>, Vec<f32>) {
    (torch_shape(shape), permuted(shape, floats, TO_TORCH))
}

fn from_torch(shape: &[usize], floats: &[f32]) -> Vec<f32> {
    permuted(shape, floats, FROM_TORCH)
}

/// The floats of a weight with its axes permuted; vectors stay as they are.
fn permuted(shape: &[usize], floats: &[f32], axes: [usize; 4]) -> Vec<f32> {
    let view = ArrayViewD::from_shape(IxDyn(shape), floats).expect("as many floats as the shape");
    if shape.len() != axes.len() {
        return floats.to_vec();
    }
    let permuted: ArrayD<f32> = view.permuted_axes(IxDyn(&axes)).as_standard_layout().into_owned();
    permuted.into_raw_vec_and_offset().0
}
