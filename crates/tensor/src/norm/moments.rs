use std::iter::zip;

use super::columns::BatchMoments;
use super::strips::InStrips;
use super::sweeps::PictureMoments;
use super::{batches, few};
use crate::plan::{all_threads, share_few};
use crate::simd::dispatch;
use crate::{Input, Scratch, View, floats};

/// Of each batch and channel mean ← Σx / m and var ← Σ(x − mean)² / m, over the m = n·h·w pixels of the
/// batch: c means, then c variances, for as many batches side by side as `stats` has room for.
///
/// Each picture around its own mean, unless who made x has gathered those moments already; the variance
/// of the whole is the mean of theirs and the variance of their means (Chan, Golub & LeVeque 1983). The
/// difference of two large sums would lose the variance of a channel whose mean is far from zero.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn moments<'a>(x: impl Into<Input<'a>>, stats: &mut [f32], scratch: &mut Scratch) {
    let Input { pictures: x, moments } = x.into();
    let (n, h, w, c) = x.dim();
    let batches = batches(stats.len(), n, c);
    let level = scratch.method().level;
    let moments = moments.unwrap_or_else(|| of_pictures(x, scratch));
    assert_eq!(moments.len(), 2 * n * c, "moments of {n} pictures of {c} channels");
    let own = moments.chunks_exact(moments.len() / batches);
    for (moments, stats) in zip(own, stats.chunks_exact_mut(2 * c)) {
        let (mean, var) = stats.split_at_mut(c);
        dispatch(level, InStrips(BatchMoments { pictures: moments, pixels: h * w, mean, var }));
    }
}

/// The moments of each picture: see [`crate::Output::moments`].
fn of_pictures<'a>(x: View, scratch: &'a mut Scratch) -> &'a [f32] {
    let (n, h, w, c) = x.dim();
    let level = scratch.method().level;
    let moments = scratch.take(2 * n * c);
    let picture = h * w * c;
    let pictures = zip(floats(&x).chunks(picture), moments.chunks_mut(2 * c));
    share_few(few(picture), pictures, all_threads(), |(x, moments), _| {
        dispatch(level, InStrips(PictureMoments { x, moments }));
    });
    moments
}
