//! Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167): each channel brought to mean 0 and
//! variance 1 over the batch, then scaled by γ and shifted by β.
//!
//! Sums over a batch are taken per picture, while it is in the cache, and added in the order of the
//! pictures, so they do not depend on the number of threads.

mod sweeps;

use std::iter::zip;

use rayon::prelude::*;

pub(crate) use self::sweeps::PictureMoments;
use self::sweeps::{InputGradient, Line, Normalise, Sums};
use crate::plan::{all_threads, share};
use crate::simd::dispatch;
use crate::{Act, Input, Output, Scratch, View, ViewMut, floats, floats_mut};

/// What each channel is brought to: y = γ·x̂ + β. Both of length c.
#[derive(Clone, Copy, Debug)]
pub struct Affine<'a> {
    /// γ, the scale.
    pub gamma: &'a [f32],
    /// β, the shift.
    pub beta: &'a [f32],
}

/// Mean and (biased) variance of each channel, both of length c, and the ε that keeps the
/// division finite: x̂ = (x − mean) / √(var + ε).
#[derive(Clone, Copy, Debug)]
pub struct Stats<'a> {
    /// Mean of each channel.
    pub mean: &'a [f32],
    /// Variance of each channel.
    pub var: &'a [f32],
    /// Added to the variance.
    pub eps: f32,
}

/// Where the gradients of a normalisation go; parameter gradients add, `dx` is overwritten.
#[derive(Debug)]
pub struct Grads<'a> {
    /// dγ and dβ, both of length c; `None` where nobody asks for them.
    pub affine: Option<(&'a mut [f32], &'a mut [f32])>,
    /// dx, of the shape of x; `None` where nobody asks for it.
    pub x: Option<ViewMut<'a>>,
}

/// mean ← Σx / m, var ← Σ(x − mean)² / m for each channel, over the m = n·h·w pixels of a batch.
///
/// Each picture around its own mean, unless who made x has gathered those moments already; the variance
/// of the whole is the mean of theirs and the variance of their means (Chan, Golub & LeVeque 1983). The
/// difference of two large sums would lose the variance of a channel whose mean is far from zero.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn moments<'a>(
    x: impl Into<Input<'a>>,
    mean: &mut [f32],
    var: &mut [f32],
    scratch: &mut Scratch,
) {
    let Input { pictures: x, moments } = x.into();
    let (n, h, w, c) = x.dim();
    assert!(mean.len() == c && var.len() == c, "moments of {c} channels");
    let moments = moments.unwrap_or_else(|| of_pictures(x, scratch));
    assert_eq!(moments.len(), 2 * n * c, "moments of {n} pictures of {c} channels");
    let means = moments.chunks_exact(2 * c).map(|both| &both[..c]);
    let spreads = moments.chunks_exact(2 * c).map(|both| &both[c..]);

    // Around the first picture's mean, which is as near as any.
    let (pictures, pixels) = (n as f64, (n * h * w) as f64);
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
    floats(&x)
        .par_chunks(h * w * c)
        .zip(moments.par_chunks_mut(2 * c))
        .for_each(|(x, moments)| dispatch(level, PictureMoments { x, moments }));
    moments
}

/// y = f(γ·(x − mean)/√(var + ε) + β), with the statistics of this batch in training and the
/// running ones in inference. y is overwritten.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn forward<'a>(
    x: View,
    stats: Stats,
    affine: Affine,
    act: Act,
    y: impl Into<Output<'a>>,
    scratch: &mut Scratch,
) {
    let (y, (_, h, w, c)) = (y.into(), x.dim());
    assert_eq!(x.dim(), y.dim(), "batch normalisation keeps the shape");
    let level = scratch.method().level;
    let (scale, shift) = scratch.take(2 * c).split_at_mut(c);
    let line = line(stats, affine, act, scale, shift);
    let pictures = zip(floats(&x).chunks(h * w * c), y.chunks(1));
    share(pictures, all_threads(), |(x, mut y), _| {
        dispatch(level, Normalise { x, line, y: floats_mut(y.pictures.view_mut()) });
        y.finish(level, Act::Identity.into());
    });
}

/// The line that a normalisation is for each channel, in the memory given.
fn line<'a>(
    stats: Stats,
    affine: Affine,
    act: Act,
    scale: &'a mut [f32],
    shift: &'a mut [f32],
) -> Line<'a> {
    for i in 0..scale.len() {
        scale[i] = affine.gamma[i] / (stats.var[i] + stats.eps).sqrt();
        shift[i] = affine.beta[i] - stats.mean[i] * scale[i];
    }
    Line { scale, shift, act }
}

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

/// The gradient of [`forward`] with batch statistics, which depend on x themselves. With
/// g = dy ⊙ f′ and sums over the m pixels of a channel:
///
/// - dβ += Σg, dγ += Σ g·x̂
/// - dx = γ/√(var + ε) · (g − Σg/m − x̂·Σ(g·x̂)/m)
///
/// f′ is worked out from x, twice: that is cheaper than to keep g, or to fetch y.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward(at: Point, dy: View, to: Grads, scratch: &mut Scratch) {
    let (n, h, w, c) = at.x.dim();
    assert_eq!(at.x.dim(), dy.dim(), "batch normalisation keeps the shape");
    let (level, picture) = (scratch.method().level, h * w * c);
    let (partial, rest) = scratch.take(2 * n * c + 6 * c).split_at_mut(2 * n * c);
    let (lines, rest) = rest.split_at_mut(2 * c);
    let (scale, shift) = lines.split_at_mut(c);
    let line = line(at.stats, at.affine, at.act, scale, shift);
    let (sums, coefficients) = rest.split_at_mut(2 * c);
    let (sum_g, sum_gx) = sums.split_at_mut(c);
    let (x, dy, mean) = (floats(&at.x), floats(&dy), at.stats.mean);

    let (partial_g, partial_gx) = partial.split_at_mut(n * c);
    x.par_chunks(picture)
        .zip(dy.par_chunks(picture))
        .zip(partial_g.par_chunks_mut(c).zip(partial_gx.par_chunks_mut(c)))
        .for_each(|((x, dy), (sum_g, sum_gx))| {
            dispatch(level, Sums { x, dy, line, mean, sum_g, sum_gx });
        });
    column_sums(partial_g.chunks_exact(c), c, |_, sum| sum, |i, sum| sum_g[i] = sum as f32);
    column_sums(
        partial_gx.chunks_exact(c),
        c,
        |_, sum| sum,
        |i, sum| {
            sum_gx[i] = sum as f32 / (at.stats.var[i] + at.stats.eps).sqrt();
        },
    );

    if let Some((dgamma, dbeta)) = to.affine {
        zip(dgamma, &*sum_gx).for_each(|(d, sum)| *d += sum);
        zip(dbeta, &*sum_g).for_each(|(d, sum)| *d += sum);
    }
    if let Some(dx) = to.x {
        let (curve, flat) = coefficients.split_at_mut(c);
        let pixels = (n * h * w) as f32;
        for i in 0..c {
            curve[i] =
                line.scale[i] * sum_gx[i] / (pixels * (at.stats.var[i] + at.stats.eps).sqrt());
            flat[i] = line.scale[i] * sum_g[i] / pixels;
        }
        let (curve, flat) = (&*curve, &*flat);
        floats_mut(dx)
            .par_chunks_mut(picture)
            .zip(x.par_chunks(picture).zip(dy.par_chunks(picture)))
            .for_each(|(dx, (x, dy))| {
                dispatch(level, InputGradient { x, dy, line, mean, curve, flat, dx });
            });
    }
}

/// For each of c columns the sum of `term`(column, value) over the rows from top to bottom, in double
/// precision, given to `done` with the column.
fn column_sums<'a>(
    rows: impl Iterator<Item = &'a [f32]> + Clone,
    c: usize,
    term: impl Fn(usize, f64) -> f64,
    mut done: impl FnMut(usize, f64),
) {
    /// Columns at a time: a row's share of them is a cache line.
    const BLOCK: usize = 16;
    for first in (0..c).step_by(BLOCK) {
        let block = first..c.min(first + BLOCK);
        let mut sums = [0.0; BLOCK];
        for row in rows.clone() {
            for ((sum, &value), i) in zip(zip(&mut sums, &row[block.clone()]), first..) {
                *sum += term(i, f64::from(value));
            }
        }
        zip(block, sums).for_each(|(i, sum)| done(i, sum));
    }
}
