//! Weights to points: U = G·g·Gᵀ of the 2 × 2 taps of each phase.

use std::iter::zip;

use super::tiling;
use super::weights::{Place, Weights};
use crate::near;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::transpose::transpose;

/// Makes the panels of one place after the other from the weights w, in memory of its own.
pub(super) struct Maker<'a> {
    level: Level,
    weights: Weights,
    w: &'a [f32],
    /// Of weights that are read backwards, the four taps of a panel.
    turned: &'a mut [f32],
    /// The part and the panel that those are of: 5 places have them in common.
    of: Option<(usize, usize)>,
    down: &'a mut [f32],
    /// Memory for one panel.
    panel: &'a mut [f32],
}

impl<'a> Maker<'a> {
    /// Floats that one works in.
    pub(super) fn memory(weights: Weights) -> usize {
        Self::turned(weights) + 3 * weights.panel()
    }

    fn turned(weights: Weights) -> usize {
        if weights.backwards { 4 * weights.panel() } else { 0 }
    }

    /// One that works in [`Maker::memory`] floats.
    pub(super) fn new(level: Level, weights: Weights, w: &'a [f32], memory: &'a mut [f32]) -> Self {
        let (turned, memory) = memory.split_at_mut(Self::turned(weights));
        let (down, panel) = memory.split_at_mut(2 * weights.panel());
        Self { level, weights, w, turned, of: None, down, panel }
    }

    /// The panels at a place, half of the transform done, and memory for one of them.
    pub(super) fn at(&mut self, place: Place) -> (Halfway<'_>, &mut [f32]) {
        let Self { level, weights, .. } = *self;
        let w = if weights.backwards {
            self.turn(place);
            &*self.turned
        } else {
            self.w
        };
        let len = weights.depth() * weights.width_at(place);
        let down = &mut self.down[..2 * len];
        dispatch(level, Down { weights, w, place, down });
        (Halfway { level, phases: weights.phases(), down, len }, self.panel)
    }

    /// The taps of a place's panels, (cols × rows) in w, as (rows × cols).
    fn turn(&mut self, place: Place) {
        let of = Some((place.part, place.panel));
        if self.of == of {
            return;
        }
        let Weights { rows, cols, .. } = self.weights;
        let first = self.weights.first_col(place);
        let len = rows * self.weights.width_at(place);
        for (i, turned) in self.turned.chunks_exact_mut(len).take(4).enumerate() {
            let own = tap(place.part, i / 2, i % 2) * cols * rows + first * rows;
            let w = &self.w[own..][..len];
            near::bring(w);
            transpose(w, rows, turned);
        }
        self.of = of;
    }
}

/// Which of the sixteen taps is the one of a phase that is so far down and across, of 2 × 2.
fn tap(phase: usize, down: usize, across: usize) -> usize {
    (2 * down + phase / 2) * 4 + 2 * across + phase % 2
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
    pub(super) fn across(self, j: usize, u: &mut [f32]) -> &[f32] {
        let Self { level, phases, down, len } = self;
        let u = &mut u[..len];
        dispatch(level, Across { phases, j, down, u });
        u
    }
}

/// down ← G·g: of each phase and column of taps, what the i-th point takes of the rows of taps.
struct Down<'a> {
    weights: Weights,
    /// All taps, or those of the place, turned.
    w: &'a [f32],
    place: Place,
    down: &'a mut [f32],
}

impl Kernel for Down<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { weights, w, place, .. } = self;
        let Weights { rows, cols, backwards } = weights;
        let width = weights.width_at(place);
        let (pitch, first) = if backwards { (width, 0) } else { (cols, weights.first_col(place)) };
        let mut to = self.down.chunks_exact_mut(width);
        for phase in 0..weights.phases() {
            for across in 0..2 {
                let of =
                    |down| if backwards { 2 * down + across } else { tap(phase, down, across) };
                let (upper, lower) = (&w[of(0) * rows * pitch..], &w[of(1) * rows * pitch..]);
                for (row, down) in (0..rows).zip(&mut to) {
                    let at = row * pitch + first;
                    let taps = [&upper[at..][..width], &lower[at..][..width]];
                    combine(tiling::TAPS[place.i], taps, down);
                }
            }
        }
    }
}

/// u ← down·Gᵀ: of each phase, what the j-th point takes of the columns of taps.
struct Across<'a> {
    phases: usize,
    j: usize,
    down: &'a [f32],
    u: &'a mut [f32],
}

impl Kernel for Across<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let len = self.u.len() / self.phases;
        let phases = zip(self.u.chunks_exact_mut(len), self.down.chunks_exact(2 * len));
        for (u, down) in phases {
            let (left, right) = down.split_at(len);
            combine(tiling::TAPS[self.j], [left, right], u);
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
