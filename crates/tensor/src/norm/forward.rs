use std::iter::zip;

use super::chunk::chunk;
use super::scale_shift::scale_shift;
use super::stats::{Affine, Stats, batches};
use super::sweeps::{Normalise, ScaleShift};
use crate::pool::{all_threads, parallel_for_chunked};
use crate::simd::dispatch;
use crate::view::{floats, floats_mut};
use crate::{Activation, Context, Output, View};

/// y = f(γ·(x − mean)/√(var + ε) + β), with the statistics of this batch in training and running
/// statistics in inference. y is overwritten.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn forward<'a>(
    x: View,
    stats: Stats,
    affine: Affine,
    activation: Activation,
    y: impl Into<Output<'a>>,
    ctx: &mut Context,
) {
    let (y, (n, h, w, c)) = (y.into(), x.dim());
    assert_eq!(x.dim(), y.dim(), "batch normalisation keeps the shape");
    let (isa, batch) = (ctx.backend.isa, n / batches(stats.mean_var.len(), n, c));
    let all = ctx.scratch.take(stats.mean_var.len());
    scale_shift(stats, affine, all);
    let all = &*all;
    let image = h * w * c;
    let images = zip(floats(&x).chunks(image), y.chunks(1));
    parallel_for_chunked(chunk(image), images.enumerate(), all_threads(), |(i, (x, mut y)), _| {
        let by = ScaleShift::new(all, c, i / batch, activation);
        dispatch(isa, Normalise { x, by, y: floats_mut(y.images.view_mut()) });
        y.finish(isa, Activation::Identity.into());
    });
}
