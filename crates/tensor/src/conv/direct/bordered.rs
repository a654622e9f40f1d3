use std::iter::zip;

use super::sizes::Sizes;
use crate::Accum;
use crate::gemm::panels::{Depth, Left, multiply};
use crate::simd::Simd;

/// An image with a border of zeros, in which every window lies inside.
pub(super) struct Bordered<'a> {
    pub(super) sizes: Sizes,
    /// [`Sizes::bordered`] floats.
    pub(super) floats: &'a mut [f32],
}

impl Bordered<'_> {
    /// Sets it to x and its border.
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

    /// x ← the image without its border.
    pub(super) fn get(&self, x: &mut [f32]) {
        let (row, pad) = (self.sizes.row(), self.sizes.win.pad);
        let rows = self.floats.chunks_exact(self.sizes.pitch()).skip(pad);
        for (x, from) in zip(x.chunks_exact_mut(row), rows) {
            x.copy_from_slice(&from[pad * self.sizes.c_in..][..row]);
        }
    }

    /// y ← windows · W.
    #[inline(always)]
    pub(super) fn multiply<S: Simd>(&self, simd: S, w: &[f32], y: &mut [f32]) {
        let Sizes { win, out, c_out, .. } = self.sizes;
        let pitch = self.sizes.pitch();
        let depth = Depth { runs: win.kernel, run_step: pitch, len: self.sizes.run(), step: 1 };
        for (oy, y) in y.chunks_exact_mut(out.1 * c_out).enumerate() {
            let data = &self.floats[oy * win.stride * pitch..];
            let windows = Left { data, rows: out.1, row: self.sizes.stride(), depth };
            multiply(simd, Accum::Overwrite, windows, (w, c_out), y);
        }
    }

    /// dW += windowsᵀ · dy, one kernel row after the other.
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

    /// Sets it to the sum of the gradients dy · Wᵀ of the windows. `transposed` is Wᵀ, (c_out × window);
    /// `windows` is working memory for the gradient of a row of windows, (w_out × window).
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
            let left = Left { data: dy, rows: out.1, row: c_out, depth: Depth::contiguous(c_out) };
            multiply(simd, Accum::Overwrite, left, (transposed, window), windows);
            self.add_windows(windows, oy * win.stride * pitch);
        }
    }

    /// Adds a row of windows to the image rows that they cover, which start at `first`.
    ///
    /// Neighbouring windows overlap. Windows that do not are added first, so that a sum is not read back
    /// while it is still on its way to memory.
    #[inline(always)]
    fn add_windows(&mut self, windows: &[f32], first: usize) {
        let Sizes { win, out, .. } = self.sizes;
        let rounds = win.kernel.div_ceil(win.stride).min(out.1);
        let (run, window, stride) = (self.sizes.run(), self.sizes.window(), self.sizes.stride());
        let rows = self.floats[first..].chunks_exact_mut(self.sizes.pitch()).take(win.kernel);
        for (ky, row) in rows.enumerate() {
            for round in 0..rounds {
                let (row, windows) =
                    (&mut row[round * stride..], &windows[round * window + ky * run..]);
                let (row, windows) = ((row, rounds * stride), (windows, rounds * window));
                match run {
                    4 => add_runs::<4>(row, windows),
                    12 => add_runs::<12>(row, windows),
                    _ => add_runs_of_len(run, row, windows),
                }
            }
        }
    }
}

/// Adds runs of `N` floats, which lie `from_step` apart in `from` and `to_step` apart in `to`. They are so
/// short that a loop of unknown length would be all overhead.
#[inline(always)]
fn add_runs<const N: usize>(
    (to, to_step): (&mut [f32], usize),
    (from, from_step): (&[f32], usize),
) {
    for (to, from) in zip(to.chunks_mut(to_step.max(N)), from.chunks(from_step)) {
        let to = to.first_chunk_mut::<N>().expect("a whole run");
        let from = from.first_chunk::<N>().expect("a whole run");
        // All are read before any is written, so that the compiler can use vectors.
        let mut sums = *to;
        for i in 0..N {
            sums[i] += from[i];
        }
        *to = sums;
    }
}

/// The same for runs of `len` floats.
fn add_runs_of_len(
    len: usize,
    (to, to_step): (&mut [f32], usize),
    (from, from_step): (&[f32], usize),
) {
    for (to, from) in zip(to.chunks_mut(to_step.max(len)), from.chunks(from_step)) {
        zip(&mut to[..len], &from[..len]).for_each(|(to, from)| *to += from);
    }
}
