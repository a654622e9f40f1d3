//! What batch normalisation does to one picture, compiled for each vector unit. Every slice is of
//! pixels by channels, or of one value a channel.

use std::iter::zip;

use super::strips::{self, InStrips, Sweep};
use crate::Act;
use crate::simd::{Kernel, Simd};

/// The first half of `moments` ← Σx/m, the second ← Σ(x − mean)², over the m pixels of the picture.
pub(crate) struct PictureMoments<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) moments: &'a mut [f32],
}

impl Sweep for PictureMoments<'_> {
    fn channels(&self) -> usize {
        self.moments.len() / 2
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, _: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let pixels = (self.x.len() / c) as f32;
        let (mut mean, mut spread) = ([0.0; N], [0.0; N]);
        for x in self.x.chunks_exact(c) {
            let x = strips::of::<N>(x, first);
            for i in 0..N {
                mean[i] += x[i];
            }
        }
        for mean in &mut mean {
            *mean /= pixels;
        }
        for x in self.x.chunks_exact(c) {
            let x = strips::of::<N>(x, first);
            for i in 0..N {
                spread[i] += (x[i] - mean[i]) * (x[i] - mean[i]);
            }
        }
        *strips::of_mut(self.moments, first) = mean;
        *strips::of_mut(self.moments, c + first) = spread;
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
        self.line.act.with_function(InStrips(self));
    }
}

impl Sweep for Normalise<'_> {
    fn channels(&self) -> usize {
        self.line.scale.len()
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, f: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let Self { x, line, y } = self;
        let (scale, shift) =
            (strips::of::<N>(line.scale, first), strips::of::<N>(line.shift, first));
        for (y, x) in zip(y.chunks_exact_mut(c), x.chunks_exact(c)) {
            let (y, x) = (strips::of_mut::<N>(y, first), strips::of::<N>(x, first));
            for i in 0..N {
                y[i] = f(x[i] * scale[i] + shift[i]);
            }
        }
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
        self.line.act.with_slope(InStrips(self));
    }
}

impl Sweep for Sums<'_> {
    fn channels(&self) -> usize {
        self.mean.len()
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, slope: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let Self { x, dy, line, mean, sum_g, sum_gx } = self;
        let (scale, shift) =
            (strips::of::<N>(line.scale, first), strips::of::<N>(line.shift, first));
        let mean = strips::of::<N>(mean, first);
        let (mut of_g, mut of_gx) = ([0.0; N], [0.0; N]);
        for (x, dy) in zip(x.chunks_exact(c), dy.chunks_exact(c)) {
            let (x, dy) = (strips::of::<N>(x, first), strips::of::<N>(dy, first));
            for i in 0..N {
                let g = dy[i] * slope(x[i] * scale[i] + shift[i]);
                of_g[i] += g;
                of_gx[i] += g * (x[i] - mean[i]);
            }
        }
        *strips::of_mut(sum_g, first) = of_g;
        *strips::of_mut(sum_gx, first) = of_gx;
    }
}

/// dx ← scale·g − (x − mean)·curve − flat, in the place of dy.
pub(super) struct InputGradient<'a> {
    pub(super) x: &'a [f32],
    pub(super) line: Line<'a>,
    pub(super) mean: &'a [f32],
    pub(super) curve: &'a [f32],
    pub(super) flat: &'a [f32],
    pub(super) dy: &'a mut [f32],
}

impl Kernel for InputGradient<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.line.act.with_slope(InStrips(self));
    }
}

impl Sweep for InputGradient<'_> {
    fn channels(&self) -> usize {
        self.mean.len()
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, slope: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let Self { x, line, mean, curve, flat, dy } = self;
        let (scale, shift) =
            (strips::of::<N>(line.scale, first), strips::of::<N>(line.shift, first));
        let mean = strips::of::<N>(mean, first);
        let (curve, flat) = (strips::of::<N>(curve, first), strips::of::<N>(flat, first));
        for (dy, x) in zip(dy.chunks_exact_mut(c), x.chunks_exact(c)) {
            let (dy, x) = (strips::of_mut::<N>(dy, first), strips::of::<N>(x, first));
            for i in 0..N {
                let g = dy[i] * slope(x[i] * scale[i] + shift[i]);
                dy[i] = scale[i] * g - (x[i] - mean[i]) * curve[i] - flat[i];
            }
        }
    }
}
