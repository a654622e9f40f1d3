use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::{NetworkKind, counters, to_torch};
use crate::{NetworkState, State};

/// One network of `state` as a safetensors file.
pub fn export(state: &State, network: NetworkKind) -> Vec<u8> {
    let network = match network {
        NetworkKind::Generator => &state.generator,
        NetworkKind::Discriminator => &state.discriminator,
    };
    let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
    for (name, shape, floats) in torch_arrays(network) {
        let bytes = floats.iter().flat_map(|v| v.to_le_bytes()).collect();
        tensors.push((name.to_owned(), Dtype::F32, shape, bytes));
    }
    for name in counters(&network.buffers) {
        let count = network.num_batches_tracked.to_le_bytes().to_vec();
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
pub(crate) fn torch_arrays(
    network: &NetworkState,
) -> impl Iterator<Item = (&str, Vec<usize>, Vec<f32>)> {
    network.theta.iter().chain(network.buffers.iter()).map(|(entry, floats)| {
        let (shape, floats) = to_torch(&entry.spec.shape, floats);
        (entry.name.as_str(), shape, floats)
    })
}
