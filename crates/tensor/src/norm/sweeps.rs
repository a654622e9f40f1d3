//! What batch normalisation does to one image, compiled for each vector unit. Every slice holds pixels by
//! channels, or one value for each channel.

use std::iter::zip;

use crate::Activation;
use crate::simd::{Kernel, Simd};
use crate::strips::{self, InStrips, Sweep};

/// A normalisation as y = f(scale·x + shift).
#[derive(Clone, Copy)]
pub(super) struct ScaleShift<'a> {
    scale: &'a [f32],
    shift: &'a [f32],
    activation: Activation,
}

impl<'a> ScaleShift<'a> {
    /// That of one batch, from `all` as [`super::scale_shift`] writes them.
    pub(super) fn new(all: &'a [f32], c: usize, batch: usize, activation: Activation) -> Self {
        let (scale, shift) = all[2 * c * batch..][..2 * c].split_at(c);
        Self { scale, shift, activation }
    }

    /// Scale and shift of the `N` channels from `first` on.
    #[inline(always)]
    fn strip<const N: usize>(&self, first: usize) -> (&'a [f32; N], &'a [f32; N]) {
        (strips::strip(self.scale, first), strips::strip(self.shift, first))
    }
}

/// y ← f(scale·x + shift).
pub(super) struct Normalise<'a> {
    pub(super) x: &'a [f32],
    pub(super) by: ScaleShift<'a>,
    pub(super) y: &'a mut [f32],
}

impl Kernel for Normalise<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.by.activation.with_function(InStrips(self));
    }
}

impl Sweep for Normalise<'_> {
    fn channels(&self) -> usize {
        self.by.scale.len()
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, f: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let Self { x, by, y } = self;
        let (scale, shift) = by.strip::<N>(first);
        for (y, x) in zip(y.chunks_exact_mut(c), x.chunks_exact(c)) {
            let (y, x) = (strips::strip_mut::<N>(y, first), strips::strip::<N>(x, first));
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
    pub(super) by: ScaleShift<'a>,
    pub(super) mean: &'a [f32],
    pub(super) sum_g: &'a mut [f32],
    pub(super) sum_gx: &'a mut [f32],
}

impl Kernel for Sums<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.by.activation.with_derivative(InStrips(self));
    }
}

impl Sweep for Sums<'_> {
    fn channels(&self) -> usize {
        self.mean.len()
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, derivative: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let Self { x, dy, by, mean, sum_g, sum_gx } = self;
        let (scale, shift) = by.strip::<N>(first);
        let mean = strips::strip::<N>(mean, first);
        let (mut sums_g, mut sums_gx) = ([0.0; N], [0.0; N]);
        for (x, dy) in zip(x.chunks_exact(c), dy.chunks_exact(c)) {
            let (x, dy) = (strips::strip::<N>(x, first), strips::strip::<N>(dy, first));
            for i in 0..N {
                let g = dy[i] * derivative(x[i] * scale[i] + shift[i]);
                sums_g[i] += g;
                sums_gx[i] += g * (x[i] - mean[i]);
            }
        }
        *strips::strip_mut(sum_g, first) = sums_g;
        *strips::strip_mut(sum_gx, first) = sums_gx;
    }
}

/// dx ← scale·g − (x − mean)·linear − constant, in place of dy.
pub(super) struct InputGradient<'a> {
    pub(super) x: &'a [f32],
    pub(super) by: ScaleShift<'a>,
    pub(super) mean: &'a [f32],
    pub(super) linear: &'a [f32],
    pub(super) constant: &'a [f32],
    pub(super) dy: &'a mut [f32],
}

impl Kernel for InputGradient<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.by.activation.with_derivative(InStrips(self));
    }
}

impl Sweep for InputGradient<'_> {
    fn channels(&self) -> usize {
        self.mean.len()
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, derivative: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let Self { x, by, mean, linear, constant, dy } = self;
        let (scale, shift) = by.strip::<N>(first);
        let mean = strips::strip::<N>(mean, first);
        let linear = strips::strip::<N>(linear, first);
        let constant = strips::strip::<N>(constant, first);
        for (dy, x) in zip(dy.chunks_exact_mut(c), x.chunks_exact(c)) {
            let (dy, x) = (strips::strip_mut::<N>(dy, first), strips::strip::<N>(x, first));
            for i in 0..N {
                let g = dy[i] * derivative(x[i] * scale[i] + shift[i]);
                dy[i] = scale[i] * g - (x[i] - mean[i]) * linear[i] - constant[i];
            }
        }
    }
}
