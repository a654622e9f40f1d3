//! Weights to points and back: U = G·g·Gᵀ of the 2 × 2 taps of each phase, and the adjoint of that.

use std::array;
use std::iter::zip;
use std::marker::PhantomData;

use rayon::prelude::*;

use super::tiling::Tiling;
use crate::near;
use crate::panels::PANEL;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::transpose::transpose;

/// The right operands of the products. At each point there are `parts` of them: one matrix with as many
/// rows as the four phases have together, or one for each phase.
#[derive(Clone, Copy)]
pub(super) struct Weights {
    /// Rows of each of the sixteen taps.
    pub(super) rows: usize,
    /// Their columns.
    pub(super) cols: usize,
    pub(super) parts: usize,
}

/// Where panels of the matrices lie: those of the points in one row, i, of the grid of points.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) i: usize,
    pub(super) part: usize,
    pub(super) panel: usize,
}

impl Weights {
    /// Rows of a matrix.
    pub(super) fn depth(self) -> usize {
        self.phases() * self.rows
    }

    /// Phases of a part.
    fn phases(self) -> usize {
        4 / self.parts
    }

    /// Columns of a panel; the last one may have fewer.
    pub(super) fn width(self) -> usize {
        PANEL.min(self.cols)
    }

    /// Columns of the panels at a place.
    pub(super) fn width_at(self, place: Place) -> usize {
        PANEL.min(self.cols - place.panel * PANEL)
    }

    /// Floats of a panel.
    pub(super) fn panel(self) -> usize {
        self.depth() * self.width()
    }

    /// Panels of all parts and points.
    pub(super) fn panels<const P: usize>(self) -> usize {
        P * P * self.parts * self.cols.div_ceil(PANEL)
    }

    /// Where the `index`th row of P panels is: they follow each other by i, then part, then panel, so
    /// that the same weights are used many times in a row.
    pub(super) fn place<const P: usize>(self, index: usize) -> Place {
        let (i, rest) = (index % P, index / P);
        Place { i, part: rest % self.parts, panel: rest / self.parts }
    }

    /// Floats of what lies between the halves of the transform of a panel.
    pub(super) fn halfway(self) -> usize {
        2 * self.panel()
    }

    /// The first half of the transform, which the P panels at a place share.
    pub(super) fn down<'a, T: Tiling<M, P>, const M: usize, const P: usize>(
        self,
        level: Level,
        w: &[f32],
        place: Place,
        memory: &'a mut [f32],
    ) -> Halfway<'a> {
        let len = self.depth() * self.width_at(place);
        let (down, tiling) = (&mut memory[..2 * len], PhantomData::<T>);
        dispatch(level, Down { tiling, weights: self, w, place, down });
        Halfway { level, phases: self.phases(), down, len }
    }
}

/// The panels at a place, half of the transform done.
#[derive(Clone, Copy)]
pub(super) struct Halfway<'a> {
    level: Level,
    phases: usize,
    down: &'a [f32],
    /// Floats of a panel.
    len: usize,
}

impl Halfway<'_> {
    /// The first floats of u ← the `j`th of the panels.
    pub(super) fn across<T: Tiling<M, P>, const M: usize, const P: usize>(
        self,
        j: usize,
        u: &mut [f32],
    ) -> &[f32] {
        let Self { level, phases, down, len } = self;
        let (u, tiling) = (&mut u[..len], PhantomData::<T>);
        dispatch(level, Across { tiling, phases, j, down, u });
        u
    }
}

/// down ← G·g: of each phase and column of taps, what the i-th point takes of the rows of taps.
struct Down<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    weights: Weights,
    w: &'a [f32],
    place: Place,
    down: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for Down<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { weights, w, .. } = self;
        let Weights { rows, cols, .. } = weights;
        let width = weights.width_at(self.place);
        let mut down = self.down.chunks_exact_mut(width);
        let phases = weights.phases();
        for phase in (0..phases).map(|phase| self.place.part * phases + phase) {
            for across in 0..2 {
                let tap = |down: usize| (2 * down + phase / 2) * 4 + 2 * across + phase % 2;
                for (row, down) in (0..rows).zip(&mut down) {
                    let at = |d| (tap(d) * rows + row) * cols + self.place.panel * PANEL;
                    let taps = [&w[at(0)..][..width], &w[at(1)..][..width]];
                    combine(T::TAPS[self.place.i], taps, down);
                }
            }
        }
    }
}

/// u ← down·Gᵀ: of each phase, what the j-th point takes of the columns of taps.
struct Across<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    phases: usize,
    j: usize,
    down: &'a [f32],
    u: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for Across<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let len = self.u.len() / self.phases;
        let phases = zip(self.u.chunks_exact_mut(len), self.down.chunks_exact(2 * len));
        for (u, down) in phases {
            let (left, right) = down.split_at(len);
            combine(T::TAPS[self.j], [left, right], u);
        }
    }
}

/// out ← a·x + b·y.
#[inline(always)]
fn combine([a, b]: [f32; 2], [x, y]: [&[f32]; 2], out: &mut [f32]) {
    let (x, y) = (&x[..out.len()], &y[..out.len()]);
    for i in 0..out.len() {
        out[i] = a * x[i] + b * y[i];
    }
}

/// transposed ← each tap of w, (c_in × c_out), as (c_out × c_in).
pub(super) fn transpose_taps(w: &[f32], c_in: usize, c_out: usize, transposed: &mut [f32]) {
    let taps = w.par_chunks(c_in * c_out);
    transposed.par_chunks_mut(c_in * c_out).zip(taps).for_each(|(t, w)| {
        near::bring(w);
        transpose(w, c_out, t);
    });
}

/// What the sums over tiles at all points, each of as many floats, are to the four taps of a phase:
/// dw += that, one tap behind the other.
pub(super) struct Taps<'a, T, const M: usize, const P: usize> {
    pub(super) tiling: PhantomData<T>,
    pub(super) u: &'a [f32],
    pub(super) dw: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for Taps<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let len = self.dw.len() / 4;
        let (up, down) = self.dw.split_at_mut(2 * len);
        let ((a, b), (c, d)) = (up.split_at_mut(len), down.split_at_mut(len));
        let (b, c, d) = (&mut b[..len], &mut c[..len], &mut d[..len]);
        for (i, row) in self.u.chunks_exact(P * len).enumerate() {
            let points: [&[f32]; P] = array::from_fn(|j| &row[j * len..][..len]);
            let [high, low] = T::TAPS[i];
            for e in 0..len {
                let (mut left, mut right) = (0.0, 0.0);
                for (point, taps) in zip(points, T::TAPS) {
                    left += taps[0] * point[e];
                    right += taps[1] * point[e];
                }
                a[e] += high * left;
                b[e] += high * right;
                c[e] += low * left;
                d[e] += low * right;
            }
        }
    }
}
