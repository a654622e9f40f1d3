//! Weights as safetensors under the names, shapes and layout of torch's DCGAN example, so that
//! `load_state_dict(strict=True)` takes them, and back.
//!
//! | | here | torch |
//! |---|---|---|
//! | convolution | (kernel, kernel, c_in, c_out) | `Conv2d`: (c_out, c_in, kernel, kernel) |
//! | transposed | (kernel, kernel, c_out, c_in), of the convolution it reverses | `ConvTranspose2d`: (c_in, c_out, kernel, kernel) |
//!
//! One permutation, (3, 2, 0, 1), serves both.

use dcgan_layers::{Entry, Params};
use ndarray::{ArrayD, ArrayViewD, IxDyn};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use crate::{Half, State};

mod import;

pub use import::{ExchangeError, import};

/// From our order of a weight's axes to torch's.
const TO_TORCH: [usize; 4] = [3, 2, 0, 1];

/// And back.
const FROM_TORCH: [usize; 4] = [2, 3, 1, 0];

/// What torch counts beside a running variance: the batches it has seen.
const COUNT: &str = "num_batches_tracked";

/// One of the two networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Net {
    /// G.
    Generator,
    /// D.
    Discriminator,
}

impl Net {
    fn of(self, state: &State) -> &Half {
        match self {
            Net::Generator => &state.generator,
            Net::Discriminator => &state.discriminator,
        }
    }

    /// `generator` or `discriminator`.
    pub fn name(self) -> &'static str {
        match self {
            Net::Generator => "generator",
            Net::Discriminator => "discriminator",
        }
    }
}

/// One network of `state` as a safetensors file.
pub fn export(state: &State, net: Net) -> Vec<u8> {
    let half = net.of(state);
    let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
    for (name, shape, floats) in arrays(half) {
        let bytes = floats.iter().flat_map(|v| v.to_le_bytes()).collect();
        tensors.push((name.to_owned(), Dtype::F32, shape, bytes));
    }
    for name in counts(&half.running) {
        tensors.push((name, Dtype::I64, vec![], half.tracked.to_le_bytes().to_vec()));
    }
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        let view = TensorView::new(*dtype, shape.clone(), bytes);
        (name.as_str(), view.expect("as many bytes as the shape has"))
    });
    // One key only: several would come out in another order each time.
    let metadata = [("format".to_owned(), "pt".to_owned())].into();
    safetensors::serialize(views, Some(metadata)).expect("names and numbers can always be written")
}

/// Parameters, then running statistics.
fn all(half: &Half) -> impl Iterator<Item = (&Entry, &[f32])> {
    half.theta.iter().chain(half.running.iter())
}

/// Their names, and their shapes and floats as torch has them.
pub(crate) fn arrays(half: &Half) -> impl Iterator<Item = (&str, Vec<usize>, Vec<f32>)> {
    all(half).map(|(entry, floats)| {
        let (shape, floats) = to_torch(&entry.spec.shape, floats);
        (entry.name.as_str(), shape, floats)
    })
}

/// The names of torch's counters, one beside each running variance.
fn counts(running: &Params) -> impl Iterator<Item = String> {
    running
        .entries()
        .iter()
        .filter_map(|entry| entry.name.strip_suffix("running_var"))
        .map(|node| format!("{node}{COUNT}"))
}

/// An array's shape in torch.
fn torch_shape(shape: &[usize]) -> Vec<usize> {
    match shape {
        [_, _, _, _] => TO_TORCH.iter().map(|&axis| shape[axis]).collect(),
        _ => shape.to_vec(),
    }
}

fn to_torch(shape: &[usize], floats: &[f32]) -> (Vec<usize>, Vec<f32>) {
    (torch_shape(shape), permuted(shape, floats, TO_TORCH))
}

fn from_torch(shape: &[usize], floats: &[f32]) -> Vec<f32> {
    permuted(shape, floats, FROM_TORCH)
}

/// The floats of a weight with its axes in another order; vectors stay as they are.
fn permuted(shape: &[usize], floats: &[f32], axes: [usize; 4]) -> Vec<f32> {
    let view = ArrayViewD::from_shape(IxDyn(shape), floats).expect("as many floats as the shape");
    if shape.len() != axes.len() {
        return floats.to_vec();
    }
    let permuted: ArrayD<f32> = view.permuted_axes(IxDyn(&axes)).as_standard_layout().into_owned();
    permuted.into_raw_vec_and_offset().0
}
