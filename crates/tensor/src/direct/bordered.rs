use std::iter::zip;

use super::Sizes;
use crate::gemm::Accum;
use crate::panels::{Depth, Left, multiply};
use crate::simd::Simd;

/// A picture with a border of zeros, in which every window lies whole.
pub(super) struct Bordered<'a> {
    pub(super) sizes: Sizes,
    /// [`Sizes::bordered`] floats.
    pub(super) floats: &'a mut [f32],
}

impl Bordered<'_> {
    /// The picture x with its border.
    pub(super) fn set(&mut self, x: &[f32]) {
        let (row, pad) = (self.sizes.row(), self.sizes.win.pad);
        let (edge, rows) = (pad * self.sizes.pitch(), self.sizes.side.0);
        let (above, rest) = self.floats.split_at_mut(edge);
        let (inside, below) = rest.split_at_mut(rows * self.sizes.pitch());
        above.fill(0.0);
        below.fill(0.0);
        for (to, x) in zip(inside.chunks_exact_mut(self.sizes.pitch()), x.chunks_exact(row)) {
            let (left, to) = to.split_at_mut(pad * self.sizes.c_in);
            let (to, right) = to.split_at_mut(row);
            left.fill(0.0);
            to.copy_from_slice(x);
            right.fill(0.0);
        }
    }

    /// x ← the picture without its border.
    pub(super) fn get(&self, x: &mut [f32]) {
        let (row, pad) = (self.sizes.row(), self.sizes.win.pad);
        let rows = self.floats.chunks_exact(self.sizes.pitch()).skip(pad);
        for (x, from) in zip(x.chunks_exact_mut(row), rows) {
            x.copy_from_slice(&from[pad * self.sizes.c_in..][..row]);
        }
    }

    /// y ← windows · W.
    #[inline(always)]
    pub(super) fn times<S: Simd>(&self, simd: S, w: &[f32], y: &mut [f32]) {
        let Sizes { win, out, c_out, .. } = self.sizes;
        let pitch = self.sizes.pitch();
        let depth = Depth { runs: win.kernel, run_step: pitch, len: self.sizes.run(), step: 1 };
        for (oy, y) in y.chunks_exact_mut(out.1 * c_out).enumerate() {
            let data = &self.floats[oy * win.stride * pitch..];
            let windows = Left { data, rows: out.1, row: self.sizes.stride(), depth };
            multiply(simd, Accum::Replace, windows, (w, c_out), y);
        }
    }

    /// dW += windowsᵀ · dy, a kernel row after the other.
    #[inline(always)]
    pub(super) fn add_weight_gradient<S: Simd>(&self, simd: S, dy: &[f32], dw: &mut [f32]) {
        let Sizes { win, out, c_out, .. } = self.sizes;
        let (pitch, run) = (self.sizes.pitch(), self.sizes.run());
        let (run_step, step) = (win.stride * pitch, self.sizes.stride());
        let depth = Depth { runs: out.0, run_step, len: out.1, step };
        for (ky, dw) in dw.chunks_exact_mut(run * c_out).enumerate() {
            let windows = Left { data: &self.floats[ky * pitch..], rows: run, row: 1, depth };
            multiply(simd, Accum::Add, windows, (dy, c_out), dw);
        }
    }

    /// The picture ← what the windows' gradients dy · Wᵀ add up to. `transposed` is Wᵀ, (c_out × window);
    /// `windows` is memory for the gradient of a row of windows, (w_out × window).
    #[inline(always)]
    pub(super) fn set_input_gradient<S: Simd>(
        &mut self,
        simd: S,
        dy: &[f32],
        transposed: &[f32],
        windows: &mut [f32],
    ) {
        let Sizes { win, out, c_out, .. } = self.sizes;
        let (pitch, window) = (self.sizes.pitch(), self.sizes.window());
        self.floats.fill(0.0);
        for (oy, dy) in dy.chunks_exact(out.1 * c_out).enumerate() {
            let left = Left { data: dy, rows: out.1, row: c_out, depth: Depth::even(c_out, 1) };
            multiply(simd, Accum::Replace, left, (transposed, window), windows);
            self.add_windows(windows, oy * win.stride * pitch);
        }
    }

    /// Adds a row of windows to the rows, from `first` on, that they lie in.
    ///
    /// Neighbours overlap. Taken in turns, windows that lie apart first, a sum is not read back while it
    /// is still on its way to memory.
    #[inline(always)]
    fn add_windows(&mut self, windows: &[f32], first: usize) {
        let Sizes { win, out, .. } = self.sizes;
        let turns = win.kernel.div_ceil(win.stride).min(out.1);
        let (run, window, stride) = (self.sizes.run(), self.sizes.window(), self.sizes.stride());
        let rows = self.floats[first..].chunks_exact_mut(self.sizes.pitch()).take(win.kernel);
        for (ky, row) in rows.enumerate() {
            for turn in 0..turns {
                let (row, windows) =
                    (&mut row[turn * stride..], &windows[turn * window + ky * run..]);
                let (row, windows) = ((row, turns * stride), (windows, turns * window));
                match run {
                    4 => add_runs::<4>(row, windows),
                    12 => add_runs::<12>(row, windows),
                    _ => add_runs_of(run, row, windows),
                }
            }
        }
    }
}

/// Adds the runs of `N` floats that every so many floats of `from` begin with to those that every so many of
/// `to` begin with: so few that a loop whose length is not known would be nothing but its ends.
#[inline(always)]
fn add_runs<const N: usize>(
    (to, to_step): (&mut [f32], usize),
    (from, from_step): (&[f32], usize),
) {
    for (to, from) in zip(to.chunks_mut(to_step.max(N)), from.chunks(from_step)) {
        let to = to.first_chunk_mut::<N>().expect("a whole run");
        let from = from.first_chunk::<N>().expect("a whole run");
        // All are read before one is written, so that the compiler sees vectors.
        let mut sums = *to;
        for i in 0..N {
            sums[i] += from[i];
        }
        *to = sums;
    }
}

/// The same with runs of `len` floats.
fn add_runs_of(len: usize, (to, to_step): (&mut [f32], usize), (from, from_step): (&[f32], usize)) {
    for (to, from) in zip(to.chunks_mut(to_step.max(len)), from.chunks(from_step)) {
        zip(&mut to[..len], &from[..len]).for_each(|(to, from)| *to += from);
    }
}
