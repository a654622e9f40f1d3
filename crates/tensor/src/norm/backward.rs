use std::iter::zip;

use super::columns::RowSum;
use super::strips::InStrips;
use super::sweeps::{InputGradient, Line, Sums};
use super::{Affine, Stats, batches, few, set_lines};
use crate::plan::{all_threads, share_few};
use crate::simd::dispatch;
use crate::{Act, Scratch, View, ViewMut, floats, floats_mut};

/// Where a normalisation is differentiated: what went in, and what was done with it.
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    /// The input.
    pub x: View<'a>,
    /// The statistics of x itself.
    pub stats: Stats<'a>,
    /// γ and β.
    pub affine: Affine<'a>,
    /// f.
    pub act: Act,
}

/// The gradient of [`super::forward`] with batch statistics, which depend on x themselves. With
/// g = dy ⊙ f′ and sums over the m pixels of a channel:
///
/// - dβ = Σg, dγ = Σ g·x̂
/// - dx = γ/√(var + ε) · (g − Σg/m − x̂·Σ(g·x̂)/m)
///
/// dx takes the place of dy; dγ and dβ, both of length c, are `None` where nobody asks for them. f′ is
/// worked out from x, twice: that is cheaper than to keep g, or to fetch y.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward(
    at: Point,
    mut dy: ViewMut,
    affine_grads: Option<(&mut [f32], &mut [f32])>,
    scratch: &mut Scratch,
) {
    let (n, h, w, c) = at.x.dim();
    assert_eq!(at.x.dim(), dy.dim(), "batch normalisation keeps the shape");
    let Point { stats, affine, act, .. } = at;
    let (both, all) = (2 * c, stats.moments.len());
    let (level, batch, picture) = (scratch.method().level, n / batches(all, n, c), h * w * c);
    let (partial, rest) = scratch.take(n * both + 2 * all + both).split_at_mut(n * both);
    let (lines, rest) = rest.split_at_mut(all);
    let (terms, sums) = rest.split_at_mut(all);
    set_lines(stats, affine, lines);
    let (x, lines) = (floats(&at.x), &*lines);
    let line = |picture: usize| Line::of(lines, c, picture / batch, act);
    let mean = |picture: usize| &stats.moments[picture / batch * both..][..c];

    let few = few(picture);
    let pairs = zip(x.chunks(picture), floats(&dy.view()).chunks(picture));
    let pictures = zip(pairs, partial.chunks_mut(both));
    share_few(few, pictures.enumerate(), all_threads(), |(i, ((x, dy), sums)), _| {
        let (sum_g, sum_gx) = sums.split_at_mut(c);
        dispatch(level, Sums { x, dy, line: line(i), mean: mean(i), sum_g, sum_gx });
    });

    let (mut dgamma, mut dbeta) = affine_grads.unzip();
    [&mut dgamma, &mut dbeta].into_iter().flatten().for_each(|grad| grad.fill(0.0));
    let batches = zip(partial.chunks_exact(batch * both), terms.chunks_exact_mut(both));
    let pixels = (batch * h * w) as f32;
    for ((partial, terms), (stats, line)) in
        zip(batches, zip(stats.each(c), lines.chunks_exact(both)))
    {
        dispatch(level, InStrips(RowSum { rows: partial, sum: sums }));
        let (sum_g, sum_gx) = sums.split_at_mut(c);
        for (i, sum) in sum_gx.iter_mut().enumerate() {
            *sum /= stats.deviation(i);
        }
        if let (Some(dgamma), Some(dbeta)) = (&mut dgamma, &mut dbeta) {
            zip(dgamma.iter_mut(), &*sum_gx).for_each(|(d, sum)| *d += sum);
            zip(dbeta.iter_mut(), &*sum_g).for_each(|(d, sum)| *d += sum);
        }
        let (curve, flat) = terms.split_at_mut(c);
        for i in 0..c {
            curve[i] = line[i] * sum_gx[i] / (pixels * stats.deviation(i));
            flat[i] = line[i] * sum_g[i] / pixels;
        }
    }

    let terms = &*terms;
    let pictures = zip(floats_mut(dy.view_mut()).chunks_mut(picture), x.chunks(picture));
    share_few(few, pictures.enumerate(), all_threads(), |(i, (dy, x)), _| {
        let (curve, flat) = terms[i / batch * both..][..both].split_at(c);
        dispatch(level, InputGradient { x, line: line(i), mean: mean(i), curve, flat, dy });
    });
}
