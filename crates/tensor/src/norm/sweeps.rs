//! What batch normalisation does to one picture, compiled for each vector unit. Every slice is of
//! pixels by channels, or of one value a channel.

use std::iter::zip;

use crate::Act;
use crate::act::Slope;
use crate::simd::{Kernel, Simd};

/// The first half of `moments` ← Σx/m, the second ← Σ(x − mean)², over the m pixels of the picture.
pub(crate) struct PictureMoments<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) moments: &'a mut [f32],
}

impl Kernel for PictureMoments<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let c = self.moments.len() / 2;
        self.moments.fill(0.0);
        let (mean, spread) = self.moments.split_at_mut(c);
        let spread = &mut spread[..c];
        for x in self.x.chunks_exact(c) {
            zip(&mut *mean, x).for_each(|(mean, x)| *mean += x);
        }
        let pixels = (self.x.len() / c) as f32;
        mean.iter_mut().for_each(|mean| *mean /= pixels);
        for x in self.x.chunks_exact(c) {
            for i in 0..c {
                spread[i] += (x[i] - mean[i]) * (x[i] - mean[i]);
            }
        }
    }
}

/// What a normalisation comes to: y = f(scale·x + shift).
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) scale: &'a [f32],
    pub(super) shift: &'a [f32],
    pub(super) act: Act,
}

impl<'a> Line<'a> {
    /// That of a batch, of `lines` as [`super::set_lines`] leaves them.
    pub(super) fn of(lines: &'a [f32], c: usize, batch: usize, act: Act) -> Self {
        let (scale, shift) = lines[2 * c * batch..][..2 * c].split_at(c);
        Self { scale, shift, act }
    }
}

/// y ← f(scale·x + shift).
pub(super) struct Normalise<'a> {
    pub(super) x: &'a [f32],
    pub(super) line: Line<'a>,
    pub(super) y: &'a mut [f32],
}

impl Kernel for Normalise<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let c = self.line.scale.len();
        let shift = &self.line.shift[..c];
        for (y, x) in zip(self.y.chunks_exact_mut(c), self.x.chunks_exact(c)) {
            for i in 0..c {
                y[i] = x[i] * self.line.scale[i] + shift[i];
            }
        }
        self.line.act.apply(self.y);
    }
}

/// With g = dy ⊙ f′: sum_g ← Σg, sum_gx ← Σ g·(x − mean).
pub(super) struct Sums<'a> {
    pub(super) x: &'a [f32],
    pub(super) dy: &'a [f32],
    pub(super) line: Line<'a>,
    pub(super) mean: &'a [f32],
    pub(super) sum_g: &'a mut [f32],
    pub(super) sum_gx: &'a mut [f32],
}

impl Kernel for Sums<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.line.act.with_slope(self);
    }
}

impl Slope for Sums<'_> {
    #[inline(always)]
    fn run(self, slope: impl Fn(f32) -> f32) {
        let c = self.mean.len();
        let (scale, shift) = (&self.line.scale[..c], &self.line.shift[..c]);
        let (sum_g, sum_gx) = (&mut self.sum_g[..c], &mut self.sum_gx[..c]);
        sum_g.fill(0.0);
        sum_gx.fill(0.0);
        for (x, dy) in zip(self.x.chunks_exact(c), self.dy.chunks_exact(c)) {
            for i in 0..c {
                let g = dy[i] * slope(x[i] * scale[i] + shift[i]);
                sum_g[i] += g;
                sum_gx[i] += g * (x[i] - self.mean[i]);
            }
        }
    }
}

/// dx ← scale·g − (x − mean)·curve − flat.
pub(super) struct InputGradient<'a> {
    pub(super) x: &'a [f32],
    pub(super) dy: &'a [f32],
    pub(super) line: Line<'a>,
    pub(super) mean: &'a [f32],
    pub(super) curve: &'a [f32],
    pub(super) flat: &'a [f32],
    pub(super) dx: &'a mut [f32],
}

impl Kernel for InputGradient<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.line.act.with_slope(self);
    }
}

impl Slope for InputGradient<'_> {
    #[inline(always)]
    fn run(self, slope: impl Fn(f32) -> f32) {
        let c = self.mean.len();
        let (scale, shift) = (&self.line.scale[..c], &self.line.shift[..c]);
        let (curve, flat) = (&self.curve[..c], &self.flat[..c]);
        let pixels = zip(self.x.chunks_exact(c), self.dy.chunks_exact(c));
        for (dx, (x, dy)) in zip(self.dx.chunks_exact_mut(c), pixels) {
            for i in 0..c {
                let g = dy[i] * slope(x[i] * scale[i] + shift[i]);
                dx[i] = scale[i] * g - (x[i] - self.mean[i]) * curve[i] - flat[i];
            }
        }
    }
}
