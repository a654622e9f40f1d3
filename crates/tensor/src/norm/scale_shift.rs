use std::iter::zip;

use super::stats::{Affine, Stats};

/// The normalisation of each batch as y = scale·x + shift, before the activation: c scales, then c shifts
/// for each batch.
pub fn scale_shift(stats: Stats, affine: Affine, to: &mut [f32]) {
    let c = affine.gamma.len();
    for (stats, to) in zip(stats.each(c), to.chunks_exact_mut(2 * c)) {
        let (scale, shift) = to.split_at_mut(c);
        for i in 0..c {
            scale[i] = affine.gamma[i] / stats.deviation(i);
            shift[i] = affine.beta[i] - stats.mean[i] * scale[i];
        }
    }
}
