use std::borrow::Cow;

use dcgan_layers::{Params, SpectralNorm};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::{NetworkKind, counters, to_torch};
use crate::{GeneratorWeights, NetworkState, State, discriminator};

/// One network of `state` as a safetensors file, as it was trained: with the running statistics. Images are made with
/// [`State::shown`]; see [`export_generator`]. Weights under spectral norm are written as they are used, divided by their
/// largest singular value.
pub fn export(state: &State, network: NetworkKind) -> Vec<u8> {
    match network {
        NetworkKind::Generator => {
            let NetworkState { theta, buffers, num_batches_tracked, .. } = &state.generator;
            write(theta, buffers, *num_batches_tracked)
        }
        NetworkKind::Discriminator => {
            let (theta, buffers) = discriminator_arrays(state);
            write(&theta, &buffers, state.discriminator.num_batches_tracked)
        }
    }
}

/// The parameters of D as they are used, and its running statistics.
pub(super) fn discriminator_arrays(state: &State) -> (Cow<'_, Params>, Cow<'_, Params>) {
    let NetworkState { theta, buffers, .. } = &state.discriminator;
    match SpectralNorm::new(&discriminator(&state.config), theta) {
        Some(mut norm) => {
            let theta = norm.normalise(theta, &mut buffers.clone()).clone();
            (Cow::Owned(theta), Cow::Owned(Params::default()))
        }
        None => (Cow::Borrowed(theta), Cow::Borrowed(buffers)),
    }
}

/// A generator as a safetensors file.
pub fn export_generator(weights: &GeneratorWeights) -> Vec<u8> {
    // Its statistics are those of a number of batches that PyTorch has not counted.
    write(&weights.theta, &weights.buffers, 0)
}

fn write(theta: &Params, buffers: &Params, batches: u64) -> Vec<u8> {
    let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
    for (name, shape, floats) in torch_arrays(theta, buffers) {
        let bytes = floats.iter().flat_map(|v| v.to_le_bytes()).collect();
        tensors.push((name.to_owned(), Dtype::F32, shape, bytes));
    }
    for name in counters(buffers) {
        let count = batches.to_le_bytes().to_vec();
        tensors.push((name, Dtype::I64, vec![], count));
    }
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        let view = TensorView::new(*dtype, shape.clone(), bytes);
        (name.as_str(), view.expect("as many bytes as the shape has"))
    });
    // One key only: several would be written in a random order.
    let metadata = [("format".to_owned(), "pt".to_owned())].into();
    safetensors::serialize(views, Some(metadata)).expect("names and numbers can always be written")
}

/// Name, shape and floats of every array as PyTorch has them: parameters, then buffers.
pub(crate) fn torch_arrays<'a>(
    theta: &'a Params,
    buffers: &'a Params,
) -> impl Iterator<Item = (&'a str, Vec<usize>, Vec<f32>)> {
    theta.iter().chain(buffers.iter()).map(|(entry, floats)| {
        let (shape, floats) = to_torch(&entry.spec.shape, floats);
        (entry.name.as_str(), shape, floats)
    })
}
