//! Weights to points and back: U = G·g·Gᵀ of the 2 × 2 taps of each phase, and the adjoint of that.

use std::marker::PhantomData;

use rayon::prelude::*;

use super::pitch;
use super::tiling::Tiling;
use crate::panels::PANEL;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::transpose::transpose;

/// Where a part of a sum begins in what it is taken from, and what it weighs.
type Part = (usize, f32);

/// The taps (0..16) of the kernel that a point has in a phase.
fn taps<T: Tiling<M, P>, const M: usize, const P: usize>(point: usize, phase: usize) -> Parts<4> {
    let (down, across) = (T::TAPS[point / P], T::TAPS[point % P]);
    let tap = |a: usize, b: usize| (2 * a + phase / 2) * 4 + 2 * b + phase % 2;
    let all = [(0, 0), (0, 1), (1, 0), (1, 1)];
    Parts::of(all.map(|(a, b)| (tap(a, b), down[a] * across[b])))
}

/// Up to N parts of a sum.
struct Parts<const N: usize> {
    parts: [Part; N],
    len: usize,
}

impl<const N: usize> Parts<N> {
    /// Those that weigh something.
    fn of(all: [Part; N]) -> Self {
        let (mut parts, mut len) = ([(0, 0.0); N], 0);
        for part in all.into_iter().filter(|part| part.1 != 0.0) {
            parts[len] = part;
            len += 1;
        }
        Self { parts, len }
    }

    /// The same parts with other beginnings.
    #[inline(always)]
    fn at(&self, begin: impl Fn(usize) -> usize) -> Self {
        Self { parts: self.parts.map(|(i, weight)| (begin(i), weight)), len: self.len }
    }

    /// out ← Σ weight·part, or with `ADD` out ← out + Σ weight·part.
    #[inline(always)]
    fn sum<const ADD: bool>(&self, from: &[f32], out: &mut [f32]) {
        let parts = &self.parts[..self.len];
        let (first, rest) = parts.split_at(parts.len().min(4));
        sweep::<ADD>(first, from, out);
        if !rest.is_empty() {
            sweep::<true>(rest, from, out);
        }
    }
}

/// out ← Σ weight·part, or with `ADD` out ← out + Σ weight·part, of one, two or four parts.
#[inline(always)]
fn sweep<const ADD: bool>(parts: &[Part], from: &[f32], out: &mut [f32]) {
    let len = out.len();
    let part = |(begin, _): Part| &from[begin..][..len];
    let kept = |out: f32| if ADD { out } else { 0.0 };
    match *parts {
        [a] => {
            let p = part(a);
            for i in 0..len {
                out[i] = kept(out[i]) + a.1 * p[i];
            }
        }
        [a, b] => {
            let (p, q) = (part(a), part(b));
            for i in 0..len {
                out[i] = kept(out[i]) + (a.1 * p[i] + b.1 * q[i]);
            }
        }
        [a, b, c, d] => {
            let (p, q, r, s) = (part(a), part(b), part(c), part(d));
            for i in 0..len {
                let sum = (a.1 * p[i] + b.1 * q[i]) + (c.1 * r[i] + d.1 * s[i]);
                out[i] = kept(out[i]) + sum;
            }
        }
        _ => {
            unreachable!("G has one or two taps in a row, and two, four or five points in a column")
        }
    }
}

/// u ← U: for each point a (4·c_in × c_out) matrix in panels, its rows phases by channels.
pub(super) fn transform<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    w: &[f32],
    c_in: usize,
    c_out: usize,
    u: &mut [f32],
) {
    let depth = 4 * c_in;
    u.par_chunks_mut(pitch(depth * c_out)).enumerate().for_each(|(point, u)| {
        u[..depth * c_out].par_chunks_mut(depth * PANEL).enumerate().for_each(|(panel, u)| {
            let tiling = PhantomData::<T>;
            dispatch(level, Panel { tiling, w, c_in, c_out, point, first: panel * PANEL, u });
        });
    });
}

/// A panel of a point's matrix, from column `first` on.
struct Panel<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    w: &'a [f32],
    c_in: usize,
    c_out: usize,
    point: usize,
    first: usize,
    u: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for Panel<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { w, c_in, c_out, point, first, u, .. } = self;
        let width = u.len() / (4 * c_in);
        for (phase, u) in u.chunks_exact_mut(c_in * width).enumerate() {
            let taps = taps::<T, M, P>(point, phase);
            for (c, u) in u.chunks_exact_mut(width).enumerate() {
                taps.at(|tap| (tap * c_in + c) * c_out + first).sum::<false>(w, u);
            }
        }
    }
}

/// u ← Uᵀ: for each point a (c_out × 4·c_in) matrix in panels. `transposed` is working memory of w's
/// size.
pub(super) fn transform_transposed<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    w: &[f32],
    c_in: usize,
    c_out: usize,
    transposed: &mut [f32],
    u: &mut [f32],
) {
    let taps_of_w = w.par_chunks(c_in * c_out);
    transposed
        .par_chunks_mut(c_in * c_out)
        .zip(taps_of_w)
        .for_each(|(t, w)| transpose(w, c_out, t));
    let w = &*transposed;

    let cols = 4 * c_in;
    u.par_chunks_mut(pitch(c_out * cols)).enumerate().for_each(|(point, u)| {
        u[..c_out * cols].par_chunks_mut(c_out * PANEL).enumerate().for_each(|(panel, u)| {
            let tiling = PhantomData::<T>;
            let first = panel * PANEL;
            dispatch(level, TransposedPanel { tiling, w, c_in, c_out, point, first, u });
        });
    });
}

/// A panel of a point's transposed matrix, from column `first` on; w is transposed too.
struct TransposedPanel<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    w: &'a [f32],
    c_in: usize,
    c_out: usize,
    point: usize,
    first: usize,
    u: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for TransposedPanel<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { w, c_in, c_out, point, first, u, .. } = self;
        let width = u.len() / c_out;
        let mut col = 0;
        // A panel may begin in one phase and end in another.
        while col < width {
            let (phase, c) = ((first + col) / c_in, (first + col) % c_in);
            let len = (width - col).min(c_in - c);
            let taps = taps::<T, M, P>(point, phase);
            for (o, u) in u.chunks_exact_mut(width).enumerate() {
                let u = &mut u[col..col + len];
                taps.at(|tap| (tap * c_out + o) * c_in + c).sum::<false>(w, u);
            }
            col += len;
        }
    }
}

/// dw += what the sums over tiles, rows phases by channels at each point, are to the taps.
pub(super) fn add_gradient<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    u: &[f32],
    c_in: usize,
    c_out: usize,
    dw: &mut [f32],
) {
    let len = c_in * c_out;
    dw.par_chunks_mut(len).enumerate().for_each(|(tap, dw)| {
        let tiling = PhantomData::<T>;
        dispatch(level, Tap { tiling, u, tap, dw });
    });
}

/// The gradient of one tap.
struct Tap<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    u: &'a [f32],
    tap: usize,
    dw: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for Tap<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        /// Floats at a time, so that they stay in the cache from one sweep to the next.
        const BLOCK: usize = 1024;
        let len = self.dw.len();
        let (a, b) = (self.tap / 4, self.tap % 4);
        let phase = a % 2 * 2 + b % 2;
        for (block, dw) in self.dw.chunks_mut(BLOCK).enumerate() {
            for i in (0..P).filter(|&i| T::TAPS[i][a / 2] != 0.0) {
                let points: [Part; P] =
                    std::array::from_fn(|j| (P * i + j, T::TAPS[i][a / 2] * T::TAPS[j][b / 2]));
                let begin = |point| (point * 4 + phase) * len + block * BLOCK;
                Parts::of(points).at(begin).sum::<true>(self.u, dw);
            }
        }
    }
}
