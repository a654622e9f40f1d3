//! G for inference: fewer passes over memory, and the same images up to rounding.

use dcgan_layers::{BatchNorm2d, Entry, Network, Params};

use crate::Config;
use crate::models::folded_generator;

/// G's folded network, and the parameters with which it equals, in inference mode, the generator of
/// `theta` and `buffers`.
///
/// After a convolution with weights w, batch norm is scale·(w·x) + shift, with the scale and shift of
/// the running statistics: the weights become scale·w, and the bias is shift.
pub(crate) fn fold(config: &Config, theta: &Params, buffers: &Params) -> (Network, Params) {
    let network = folded_generator(config);
    let mut folded_theta = network.init(&mut || 0.0);
    let mut folded = Vec::with_capacity(folded_theta.len());
    let arrays: Vec<(&Entry, &[f32])> = theta.iter().collect();
    let buffers: Vec<&[f32]> = buffers.iter().map(|(_, floats)| floats).collect();
    // Weight, γ and β of each layer but the last, which is a weight alone.
    for (i, layer) in arrays.chunks(3).enumerate() {
        let (entry, weight) = layer[0];
        let [(_, gamma), (_, beta)] = layer[1..] else {
            folded.extend_from_slice(weight);
            continue;
        };
        let mean_var = [buffers[2 * i], buffers[2 * i + 1]].concat();
        let line = BatchNorm2d::new(gamma.len()).scale_shift(&[gamma, beta].concat(), &mean_var);
        // (kernel, kernel, c_out, c_in): each row belongs to one output channel.
        let rows = weight.chunks_exact(entry.spec.shape[3]);
        for (row, (scale, _)) in rows.zip(line.iter().cycle()) {
            folded.extend(row.iter().map(|w| scale * w));
        }
        folded.extend(line.iter().map(|(_, shift)| shift));
    }
    folded_theta.as_mut_slice().copy_from_slice(&folded);
    (network, folded_theta)
}
