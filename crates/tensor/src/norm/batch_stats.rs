use std::iter::zip;

use super::chunk::chunk;
use super::column_sums::BatchStats;
use super::stats::batches;
use crate::image_stats::ImageStats;
use crate::pool::{all_threads, parallel_for_chunked};
use crate::simd::dispatch;
use crate::strips::InStrips;
use crate::view::floats;
use crate::{Context, Input, Isa, Scratch, View};

/// The statistics of each batch and channel: mean ← Σx / m and var ← Σ(x − mean)² / m, over the m = n·h·w
/// pixels of the batch. `mean_var` receives c means, then c variances, for each of as many batches, side
/// by side in x, as it has room for.
///
/// Computed from the partial statistics of each image around its own mean, which x may bring along; the
/// variance of the batch is the mean of theirs plus the variance of their means (Chan, Golub & LeVeque
/// 1983). The difference of two large sums would lose the variance of a channel whose mean is far from
/// zero.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn batch_stats<'a>(x: impl Into<Input<'a>>, mean_var: &mut [f32], ctx: &mut Context) {
    let Input { images: x, image_stats } = x.into();
    let (n, h, w, c) = x.dim();
    let batches = batches(mean_var.len(), n, c);
    let isa = ctx.backend.isa;
    let partial = image_stats.unwrap_or_else(|| partial_stats(isa, x, &mut ctx.scratch));
    assert_eq!(partial.len(), 2 * n * c, "statistics of {n} images of {c} channels");
    let own = partial.chunks_exact(partial.len() / batches);
    for (images, mean_var) in zip(own, mean_var.chunks_exact_mut(2 * c)) {
        let (mean, var) = mean_var.split_at_mut(c);
        dispatch(isa, InStrips(BatchStats { images, pixels: h * w, mean, var }));
    }
}

/// The partial statistics of each image: see [`crate::Output::image_stats`].
fn partial_stats<'a>(isa: Isa, x: View, scratch: &'a mut Scratch) -> &'a [f32] {
    let (n, h, w, c) = x.dim();
    let partial = scratch.take(2 * n * c);
    let image = h * w * c;
    let images = zip(floats(&x).chunks(image), partial.chunks_mut(2 * c));
    parallel_for_chunked(chunk(image), images, all_threads(), |(x, stats), _| {
        dispatch(isa, InStrips(ImageStats { x, stats }));
    });
    partial
}
