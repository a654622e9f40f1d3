//! G for inference: fewer sweeps over memory, and the same pictures up to rounding.

use dcgan_layers::{BatchNorm2d, Entry, Network, Params};

use crate::models::folded_generator;
use crate::{Config, Half};

/// G's folded network, and the parameters that make it in inference what `half` is.
///
/// Behind a convolution w, a normalisation is scale·(w·x) + shift, with the scale and the shift of the
/// running statistics: so the weights become scale·w, and the bias is shift.
pub(crate) fn fold(config: &Config, half: &Half) -> (Network, Params) {
    let network = folded_generator(config);
    let mut theta = network.init(&mut || 0.0);
    let mut folded = Vec::with_capacity(theta.len());
    let arrays: Vec<(&Entry, &[f32])> = half.theta.iter().collect();
    let running: Vec<&[f32]> = half.running.iter().map(|(_, floats)| floats).collect();
    // Weight, γ and β of each layer but the last, which is a weight alone.
    for (i, layer) in arrays.chunks(3).enumerate() {
        let (entry, weight) = layer[0];
        let [(_, gamma), (_, beta)] = layer[1..] else {
            folded.extend_from_slice(weight);
            continue;
        };
        let stats = [running[2 * i], running[2 * i + 1]].concat();
        let line = BatchNorm2d::new(gamma.len()).line(&[gamma, beta].concat(), &stats);
        // (kernel, kernel, c_out, c_in): a row is what one channel of the output is made of.
        let rows = weight.chunks_exact(entry.spec.shape[3]);
        for (row, (scale, _)) in rows.zip(line.iter().cycle()) {
            folded.extend(row.iter().map(|w| scale * w));
        }
        folded.extend(line.iter().map(|(_, shift)| shift));
    }
    theta.as_mut_slice().copy_from_slice(&folded);
    (network, theta)
}
