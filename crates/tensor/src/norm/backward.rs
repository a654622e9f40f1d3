use std::iter::zip;

use super::chunk::chunk;
use super::column_sums::RowSum;
use super::scale_shift::scale_shift;
use super::stats::{Affine, Stats, batches};
use super::sweeps::{InputGradient, ScaleShift, Sums};
use crate::pool::{all_threads, parallel_for_chunked};
use crate::simd::dispatch;
use crate::strips::InStrips;
use crate::view::{floats, floats_mut};
use crate::{Accum, Activation, Context, View, ViewMut};

/// What a normalisation leaves for the backward pass.
#[derive(Clone, Copy, Debug)]
pub struct Saved<'a> {
    /// Its input.
    pub x: View<'a>,
    /// The statistics of x itself.
    pub stats: Stats<'a>,
    /// γ and β.
    pub affine: Affine<'a>,
    /// f.
    pub activation: Activation,
}

/// The gradient of [`super::forward`] with batch statistics, which themselves depend on x. With
/// g = dy ⊙ f′ and sums over the m pixels of a channel:
///
/// - dβ = Σg, dγ = Σ g·x̂
/// - dx = γ/√(var + ε) · (g − Σg/m − x̂·Σ(g·x̂)/m)
///
/// dx replaces dy. dγ and dβ, both of length c, are overwritten or added to; `None` where they are not
/// needed. f′ is computed from x, twice: that is cheaper than storing g, or fetching y.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward(
    saved: Saved,
    mut dy: ViewMut,
    affine_grads: Option<(&mut [f32], &mut [f32])>,
    accum: Accum,
    ctx: &mut Context,
) {
    let (n, h, w, c) = saved.x.dim();
    assert_eq!(saved.x.dim(), dy.dim(), "batch normalisation keeps the shape");
    let Saved { stats, affine, activation, .. } = saved;
    let (both, all, image) = (2 * c, stats.mean_var.len(), h * w * c);
    let (isa, batch) = (ctx.backend.isa, n / batches(all, n, c));
    let memory = ctx.scratch.take(n * both + 2 * all + both);
    let (partial, rest) = memory.split_at_mut(n * both);
    let (scales, rest) = rest.split_at_mut(all);
    let (terms, sums) = rest.split_at_mut(all);
    scale_shift(stats, affine, scales);
    let (x, scales) = (floats(&saved.x), &*scales);
    let by = |image: usize| ScaleShift::new(scales, c, image / batch, activation);
    let mean = |image: usize| &stats.mean_var[image / batch * both..][..c];

    let chunk = chunk(image);
    let pairs = zip(x.chunks(image), floats(&dy.view()).chunks(image));
    let images = zip(pairs, partial.chunks_mut(both));
    parallel_for_chunked(chunk, images.enumerate(), all_threads(), |(i, ((x, dy), sums)), _| {
        let (sum_g, sum_gx) = sums.split_at_mut(c);
        dispatch(isa, Sums { x, dy, by: by(i), mean: mean(i), sum_g, sum_gx });
    });

    let (mut dgamma, mut dbeta) = affine_grads.unzip();
    [&mut dgamma, &mut dbeta].into_iter().flatten().for_each(|grad| accum.empty_sum(grad));
    let batches = zip(partial.chunks_exact(batch * both), terms.chunks_exact_mut(both));
    let pixels = (batch * h * w) as f32;
    for ((rows, terms), (stats, scale)) in
        zip(batches, zip(stats.each(c), scales.chunks_exact(both)))
    {
        dispatch(isa, InStrips(RowSum { rows, sum: sums }));
        let (sum_g, sum_gx) = sums.split_at_mut(c);
        for (i, sum) in sum_gx.iter_mut().enumerate() {
            *sum /= stats.deviation(i);
        }
        if let (Some(dgamma), Some(dbeta)) = (&mut dgamma, &mut dbeta) {
            zip(dgamma.iter_mut(), &*sum_gx).for_each(|(d, sum)| *d += sum);
            zip(dbeta.iter_mut(), &*sum_g).for_each(|(d, sum)| *d += sum);
        }
        let (linear, constant) = terms.split_at_mut(c);
        for i in 0..c {
            linear[i] = scale[i] * sum_gx[i] / (pixels * stats.deviation(i));
            constant[i] = scale[i] * sum_g[i] / pixels;
        }
    }

    let terms = &*terms;
    let images = zip(floats_mut(dy.view_mut()).chunks_mut(image), x.chunks(image));
    parallel_for_chunked(chunk, images.enumerate(), all_threads(), |(i, (dy, x)), _| {
        let (linear, constant) = terms[i / batch * both..][..both].split_at(c);
        dispatch(isa, InputGradient { x, by: by(i), mean: mean(i), linear, constant, dy });
    });
}
