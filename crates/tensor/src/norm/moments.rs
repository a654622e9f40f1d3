use std::iter::zip;

use super::sweeps::PictureMoments;
use super::{batches, column_sums};
use crate::plan::{all_threads, share};
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
    let moments = moments.unwrap_or_else(|| of_pictures(x, scratch));
    assert_eq!(moments.len(), 2 * n * c, "moments of {n} pictures of {c} channels");
    let own = moments.chunks_exact(moments.len() / batches);
    for (moments, stats) in zip(own, stats.chunks_exact_mut(2 * c)) {
        of_batch(moments, h * w, stats);
    }
}

/// The moments of one batch, from those of its pictures of so many pixels.
fn of_batch(moments: &[f32], pixels: usize, stats: &mut [f32]) {
    let c = stats.len() / 2;
    let (mean, var) = stats.split_at_mut(c);
    let means = moments.chunks_exact(2 * c).map(|both| &both[..c]);
    let spreads = moments.chunks_exact(2 * c).map(|both| &both[c..]);

    // Around the first picture's mean, which is as near as any.
    let pictures = moments.len() as f64 / (2 * c) as f64;
    let pixels = pictures * pixels as f64;
    let apart = |i: usize, mean: f64| mean - f64::from(moments[i]);
    column_sums(
        means.clone(),
        c,
        |i, m| apart(i, m) * apart(i, m),
        |i, sum| var[i] = (sum / pictures) as f32,
    );
    column_sums(means, c, apart, |i, sum| {
        let apart = sum / pictures;
        mean[i] = (f64::from(moments[i]) + apart) as f32;
        var[i] -= (apart * apart) as f32;
    });
    column_sums(spreads, c, |_, spread| spread, |i, sum| var[i] += (sum / pixels) as f32);
}

/// The moments of each picture: see [`crate::Output::moments`].
fn of_pictures<'a>(x: View, scratch: &'a mut Scratch) -> &'a [f32] {
    let (n, h, w, c) = x.dim();
    let level = scratch.method().level;
    let moments = scratch.take(2 * n * c);
    let pictures = zip(floats(&x).chunks(h * w * c), moments.chunks_mut(2 * c));
    share(pictures, all_threads(), |(x, moments), _| {
        dispatch(level, PictureMoments { x, moments });
    });
    moments
}
