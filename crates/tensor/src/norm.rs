//! Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167): each channel brought to mean 0 and
//! variance 1 over the batch, then scaled by γ and shifted by β.
//!
//! Sums over a batch are taken per picture and added in the order of the pictures, so they do not
//! depend on the number of threads.

use rayon::prelude::*;

use crate::{Act, Scratch, View, ViewMut, floats, floats_mut};

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
/// In two sweeps: the difference of two large sums would lose the variance of a channel whose mean
/// is far from zero.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn moments(x: View, mean: &mut [f32], var: &mut [f32], scratch: &mut Scratch) {
    let (n, _, _, c) = x.dim();
    assert!(mean.len() == c && var.len() == c, "moments of {c} channels");
    let pixels = (x.len() / c) as f64;
    let sums = scratch.take(n * c);
    picture_sums(x, mean, sums, |x, _| x);
    total(sums, mean, |sum| sum / pixels);
    picture_sums(x, mean, sums, |x, mean| (x - mean) * (x - mean));
    total(sums, var, |sum| sum / pixels);
}

/// y = f(γ·(x − mean)/√(var + ε) + β), with the statistics of this batch in training and the
/// running ones in inference. y is overwritten.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn forward(x: View, stats: Stats, affine: Affine, act: Act, y: ViewMut, scratch: &mut Scratch) {
    let (_, h, w, c) = x.dim();
    assert_eq!(x.dim(), y.dim(), "batch normalisation keeps the shape");
    let (scale, shift) = scratch.take(2 * c).split_at_mut(c);
    for i in 0..c {
        scale[i] = affine.gamma[i] / (stats.var[i] + stats.eps).sqrt();
        shift[i] = affine.beta[i] - stats.mean[i] * scale[i];
    }
    let (scale, shift) = (&*scale, &*shift);
    let picture = h * w * c;
    floats_mut(y).par_chunks_mut(picture).zip(floats(&x).par_chunks(picture)).for_each(|(y, x)| {
        for (y, x) in y.chunks_exact_mut(c).zip(x.chunks_exact(c)) {
            for (((y, &x), &scale), &shift) in y.iter_mut().zip(x).zip(scale).zip(shift) {
                *y = x * scale + shift;
            }
        }
        act.apply(y);
    });
}

/// Where a normalisation is differentiated: what went in, what came out, and what it was done with.
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    /// The input.
    pub x: View<'a>,
    /// What [`forward`] made of it.
    pub y: View<'a>,
    /// The statistics of x itself.
    pub stats: Stats<'a>,
    /// γ.
    pub gamma: &'a [f32],
    /// f.
    pub act: Act,
}

/// The gradient of [`forward`] with batch statistics, which depend on x themselves. With
/// g = dy ⊙ f′ and sums over the m pixels of a channel:
///
/// - dβ += Σg, dγ += Σ g·x̂
/// - dx = γ/√(var + ε) · (g − Σg/m − x̂·Σ(g·x̂)/m)
///
/// `dy` holds dL/dy and is left holding g.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward(at: Point, mut dy: ViewMut, to: Grads, scratch: &mut Scratch) {
    let (n, _, _, c) = at.x.dim();
    assert!(at.x.dim() == at.y.dim() && at.x.dim() == dy.dim(), "normalisation keeps the shape");
    let (partial, sums) = scratch.take(2 * n * c + 5 * c).split_at_mut(2 * n * c);
    let (sum_g, sums) = sums.split_at_mut(c);
    let (sum_gx, coefficients) = sums.split_at_mut(c);

    let (partial_g, partial_gx) = partial.split_at_mut(n * c);
    gradient_sums(&at, dy.view_mut(), partial_g, partial_gx);
    total(partial_g, sum_g, |sum| sum);
    total(partial_gx, sum_gx, |sum| sum);
    for (sum, var) in sum_gx.iter_mut().zip(at.stats.var) {
        *sum /= (var + at.stats.eps).sqrt();
    }

    if let Some((dgamma, dbeta)) = to.affine {
        dgamma.iter_mut().zip(&*sum_gx).for_each(|(d, sum)| *d += sum);
        dbeta.iter_mut().zip(&*sum_g).for_each(|(d, sum)| *d += sum);
    }
    if let Some(dx) = to.x {
        input_gradient(&at, dy.view(), (sum_g, sum_gx), dx, coefficients);
    }
}

/// dy ← g = dy ⊙ f′; for each picture and channel its Σg and Σ g·(x − mean).
fn gradient_sums(at: &Point, dy: ViewMut, sum_g: &mut [f32], sum_gx: &mut [f32]) {
    let (_, h, w, c) = at.x.dim();
    let picture = h * w * c;
    let (x, y, mean, act) = (floats(&at.x), floats(&at.y), at.stats.mean, at.act);
    floats_mut(dy)
        .par_chunks_mut(picture)
        .zip(x.par_chunks(picture).zip(y.par_chunks(picture)))
        .zip(sum_g.par_chunks_mut(c).zip(sum_gx.par_chunks_mut(c)))
        .for_each(|((g, (x, y)), (sum_g, sum_gx))| {
            act.pull_back(y, g);
            sum_g.fill(0.0);
            sum_gx.fill(0.0);
            for (g, x) in g.chunks_exact(c).zip(x.chunks_exact(c)) {
                for i in 0..c {
                    sum_g[i] += g[i];
                    sum_gx[i] += g[i] * (x[i] - mean[i]);
                }
            }
        });
}

/// dx = a·(g − b − (x − mean)·k), the coefficients channel by channel from Σg and Σ g·x̂.
fn input_gradient(
    at: &Point,
    g: View,
    (sum_g, sum_gx): (&[f32], &[f32]),
    dx: ViewMut,
    coefficients: &mut [f32],
) {
    let (_, h, w, c) = at.x.dim();
    let picture = h * w * c;
    let pixels = (at.x.len() / c) as f32;
    let (a, rest) = coefficients.split_at_mut(c);
    let (b, k) = rest.split_at_mut(c);
    for i in 0..c {
        let inverse = 1.0 / (at.stats.var[i] + at.stats.eps).sqrt();
        a[i] = at.gamma[i] * inverse;
        b[i] = sum_g[i] / pixels;
        k[i] = sum_gx[i] * inverse / pixels;
    }
    let (a, b, k, mean) = (&*a, &*b, &*k, at.stats.mean);
    floats_mut(dx)
        .par_chunks_mut(picture)
        .zip(floats(&at.x).par_chunks(picture).zip(floats(&g).par_chunks(picture)))
        .for_each(|(dx, (x, g))| {
            let pixels = x.chunks_exact(c).zip(g.chunks_exact(c));
            for (dx, (x, g)) in dx.chunks_exact_mut(c).zip(pixels) {
                for i in 0..c {
                    dx[i] = a[i] * (g[i] - b[i] - (x[i] - mean[i]) * k[i]);
                }
            }
        });
}

/// For each picture and channel the sum of `term(x, centre)` over the pixels; sums is (n × c).
fn picture_sums(x: View, centre: &[f32], sums: &mut [f32], term: impl Fn(f32, f32) -> f32 + Sync) {
    let (_, h, w, c) = x.dim();
    let pictures = floats(&x).par_chunks(h * w * c);
    sums.par_chunks_mut(c).zip(pictures).for_each(|(sums, x)| {
        sums.fill(0.0);
        for x in x.chunks_exact(c) {
            for ((sum, &x), &centre) in sums.iter_mut().zip(x).zip(centre) {
                *sum += term(x, centre);
            }
        }
    });
}

/// out ← finish(the sum over pictures of `partial` (n × c)), in the order of the pictures and in
/// double precision.
fn total(partial: &[f32], out: &mut [f32], finish: impl Fn(f64) -> f64) {
    let c = out.len();
    for (i, out) in out.iter_mut().enumerate() {
        let sum = partial.iter().skip(i).step_by(c).map(|&sum| f64::from(sum)).sum();
        *out = finish(sum) as f32;
    }
}
