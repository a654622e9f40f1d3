//! Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167): each channel brought to mean 0 and
//! variance 1 over the batch, then scaled by γ and shifted by β.
//!
//! Several batches may lie side by side, each normalised as if it were alone: as many as there are
//! [`Stats`] of.
//!
//! Sums over a batch are taken per picture, while it is in the cache, and added in the order of the
//! pictures, so they do not depend on the number of threads.

mod backward;
mod columns;
mod moments;
mod strips;
mod sweeps;

use std::iter::zip;

pub use self::backward::{Point, backward};
pub use self::moments::moments;
pub(crate) use self::strips::InStrips;
pub(crate) use self::sweeps::PictureMoments;
use self::sweeps::{Line, Normalise};
use crate::plan::{all_threads, share_few};
use crate::simd::dispatch;
use crate::{Act, Output, Scratch, View, floats, floats_mut};

/// What each channel is brought to: y = γ·x̂ + β. Both of length c.
#[derive(Clone, Copy, Debug)]
pub struct Affine<'a> {
    /// γ, the scale.
    pub gamma: &'a [f32],
    /// β, the shift.
    pub beta: &'a [f32],
}

/// Mean and (biased) variance of each channel, and the ε that keeps the division finite:
/// x̂ = (x − mean) / √(var + ε).
#[derive(Clone, Copy, Debug)]
pub struct Stats<'a> {
    /// For each batch c means, then c variances.
    pub moments: &'a [f32],
    /// Added to the variance.
    pub eps: f32,
}

impl<'a> Stats<'a> {
    /// The statistics of each batch.
    fn each(self, c: usize) -> impl Iterator<Item = One<'a>> {
        self.moments.chunks_exact(2 * c).map(move |both| {
            let (mean, var) = both.split_at(c);
            One { mean, var, eps: self.eps }
        })
    }
}

/// How many batches, of n pictures altogether, so many moments of c channels are of.
///
/// # Panics
/// If they are of no whole batches.
#[track_caller]
fn batches(moments: usize, n: usize, c: usize) -> usize {
    let batches = moments / (2 * c);
    assert!(batches > 0 && moments == 2 * c * batches, "moments of {c} channels");
    assert!(n.is_multiple_of(batches), "{batches} batches of {n} pictures");
    batches
}

/// The statistics of one batch.
#[derive(Clone, Copy)]
struct One<'a> {
    mean: &'a [f32],
    var: &'a [f32],
    eps: f32,
}

impl One<'_> {
    /// √(var + ε) of a channel.
    fn deviation(self, channel: usize) -> f32 {
        (self.var[channel] + self.eps).sqrt()
    }
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
    let (y, (n, h, w, c)) = (y.into(), x.dim());
    assert_eq!(x.dim(), y.dim(), "batch normalisation keeps the shape");
    let (level, batch) = (scratch.method().level, n / batches(stats.moments.len(), n, c));
    let lines = scratch.take(stats.moments.len());
    set_lines(stats, affine, lines);
    let lines = &*lines;
    let picture = h * w * c;
    let pictures = zip(floats(&x).chunks(picture), y.chunks(1));
    share_few(few(picture), pictures.enumerate(), all_threads(), |(i, (x, mut y)), _| {
        let line = Line::of(lines, c, i / batch, act);
        dispatch(level, Normalise { x, line, y: floats_mut(y.pictures.view_mut()) });
        y.finish(level, Act::Identity.into());
    });
}

/// Pictures of so many floats that a thread takes at a time.
fn few(picture: usize) -> usize {
    const FLOATS: usize = 32 * 1024;
    FLOATS / picture.max(1)
}

/// lines ← for each batch the line that its normalisation is, before the activation: c scales, then c
/// shifts.
pub fn set_lines(stats: Stats, affine: Affine, lines: &mut [f32]) {
    let c = affine.gamma.len();
    for (stats, line) in zip(stats.each(c), lines.chunks_exact_mut(2 * c)) {
        let (scale, shift) = line.split_at_mut(c);
        for i in 0..c {
            scale[i] = affine.gamma[i] / stats.deviation(i);
            shift[i] = affine.beta[i] - stats.mean[i] * scale[i];
        }
    }
}
