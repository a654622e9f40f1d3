//! The weights in the transform domain: U = G·g·Gᵀ of the 2 × 2 taps of each phase.

use std::iter::zip;

use super::tiling;
use super::weights::{Place, Weights};
use crate::Isa;
use crate::gemm::transpose::transpose;
use crate::prefetch::prefetch;
use crate::simd::{Kernel, Simd, dispatch};

/// Computes panels, place by place, from the weights w, in memory of its own.
pub(super) struct WeightTransform<'a> {
    isa: Isa,
    weights: Weights,
    w: &'a [f32],
    /// If the weights are transposed, the four taps of a panel.
    transposed: &'a mut [f32],
    /// The part and the panel of those taps, which 5 places share.
    current: Option<(usize, usize)>,
    down: &'a mut [f32],
    /// Working memory for one panel.
    panel: &'a mut [f32],
}

impl<'a> WeightTransform<'a> {
    /// Floats of memory that it needs.
    pub(super) fn memory(weights: Weights) -> usize {
        Self::transposed_len(weights) + 3 * weights.panel()
    }

    fn transposed_len(weights: Weights) -> usize {
        if weights.transposed { 4 * weights.panel() } else { 0 }
    }

    /// A transform of `w`, in [`WeightTransform::memory`] floats.
    pub(super) fn new(isa: Isa, weights: Weights, w: &'a [f32], memory: &'a mut [f32]) -> Self {
        let (transposed, memory) = memory.split_at_mut(Self::transposed_len(weights));
        let (down, panel) = memory.split_at_mut(2 * weights.panel());
        Self { isa, weights, w, transposed, current: None, down, panel }
    }

    /// The panels at a place after half of the transform, and working memory for one of them.
    pub(super) fn at(&mut self, place: Place) -> (HalfTransformed<'_>, &mut [f32]) {
        let Self { isa, weights, .. } = *self;
        let w = if weights.transposed {
            self.transpose_taps(place);
            &*self.transposed
        } else {
            self.w
        };
        let len = weights.depth() * weights.width_at(place);
        let down = &mut self.down[..2 * len];
        dispatch(isa, Down { weights, w, place, down });
        (HalfTransformed { isa, phases: weights.phases(), down, len }, self.panel)
    }

    /// Transposes the taps of a place's panels from (cols × rows) to (rows × cols).
    fn transpose_taps(&mut self, place: Place) {
        let current = Some((place.part, place.panel));
        if self.current == current {
            return;
        }
        let Weights { rows, cols, .. } = self.weights;
        let first = self.weights.first_col(place);
        let len = rows * self.weights.width_at(place);
        for (i, transposed) in self.transposed.chunks_exact_mut(len).take(4).enumerate() {
            let own = tap(place.part, i / 2, i % 2) * cols * rows + first * rows;
            let w = &self.w[own..][..len];
            prefetch(w);
            transpose(w, rows, transposed);
        }
        self.current = current;
    }
}

/// The index of a tap of a phase among the sixteen taps: `down` and `across` of 2 × 2.
fn tap(phase: usize, down: usize, across: usize) -> usize {
    (2 * down + phase / 2) * 4 + 2 * across + phase % 2
}

/// The panels at a place after half of the transform.
#[derive(Clone, Copy)]
pub(super) struct HalfTransformed<'a> {
    isa: Isa,
    phases: usize,
    down: &'a [f32],
    /// Floats of a panel.
    len: usize,
}

impl HalfTransformed<'_> {
    /// The `j`th of the panels, in the first floats of u.
    pub(super) fn across(self, j: usize, u: &mut [f32]) -> &[f32] {
        let Self { isa, phases, down, len } = self;
        let u = &mut u[..len];
        dispatch(isa, Across { phases, j, down, u });
        u
    }
}

/// down ← G·g: for each phase and column of taps, row i of G times the rows of taps.
struct Down<'a> {
    weights: Weights,
    /// All taps, or the transposed ones of the place.
    w: &'a [f32],
    place: Place,
    down: &'a mut [f32],
}

impl Kernel for Down<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { weights, w, place, .. } = self;
        let Weights { rows, cols, transposed } = weights;
        let width = weights.width_at(place);
        let (pitch, first) = if transposed { (width, 0) } else { (cols, weights.first_col(place)) };
        let mut to = self.down.chunks_exact_mut(width);
        for phase in 0..weights.phases() {
            for across in 0..2 {
                let of =
                    |down| if transposed { 2 * down + across } else { tap(phase, down, across) };
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

/// u ← down·Gᵀ: for each phase, row j of G times the columns of taps.
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
