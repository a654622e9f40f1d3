//! im2col and its adjoint: every window of a picture as a row of a matrix, and back.
//!
//! In NHWC a row of a window is one run of `kernel · c` contiguous floats, so both directions move
//! whole runs; what lies in the padding is clipped off the run's ends.

use std::ops::Range;

use crate::{View, ViewMut, Window, floats, floats_mut};

/// The windows along one side of a picture, and the kernel rows that are wanted of each.
#[derive(Clone)]
pub(crate) struct Windows {
    pub(crate) win: Window,
    /// Windows down and across: (h_out, w_out).
    pub(crate) out: (usize, usize),
    /// Kernel rows to take, of 0..kernel.
    pub(crate) ky: Range<usize>,
}

/// A run of pixels that a kernel row reads: where it starts in the picture, and in the row.
struct Run {
    pixel: usize,
    tap: usize,
    len: usize,
}

impl Windows {
    /// All kernel rows of all windows.
    pub(crate) fn whole(win: Window, out: (usize, usize)) -> Self {
        Self { win, out, ky: 0..win.kernel }
    }

    /// Kernel row `ky` alone.
    pub(crate) fn row(win: Window, out: (usize, usize), ky: usize) -> Self {
        Self { win, out, ky: ky..ky + 1 }
    }

    /// Taps in a row of the matrix.
    pub(crate) fn taps(&self) -> usize {
        self.ky.len() * self.win.kernel
    }

    /// The pixels of an h × w picture under kernel row `ky` of the window at (oy, ox); `None` where
    /// all of them are padding.
    fn run(&self, (h, w): (usize, usize), (oy, ox): (usize, usize), ky: usize) -> Option<Run> {
        let Window { kernel, stride, pad } = self.win;
        let iy = (oy * stride + ky).checked_sub(pad).filter(|&iy| iy < h)?;
        let first = ox * stride;
        let tap = pad.saturating_sub(first);
        let pixel = (first + tap).checked_sub(pad)?;
        let len = kernel.saturating_sub(tap).min(w.saturating_sub(pixel));
        (len > 0).then_some(Run { pixel: iy * w + pixel, tap, len })
    }
}

/// cols ← the windows of x, a row each: (n·h_out·w_out) × (taps·c).
pub(crate) fn im2col(x: View, windows: &Windows, cols: &mut [f32]) {
    let (_, h, w, c) = x.dim();
    let width = windows.win.kernel * c;
    let picture_cols = windows.out.0 * windows.out.1 * windows.taps() * c;
    for (x, cols) in floats(&x).chunks_exact(h * w * c).zip(cols.chunks_exact_mut(picture_cols)) {
        for_each_run(windows, (h, w), |at, run| {
            let col = &mut cols[at * width..(at + 1) * width];
            let Some(Run { pixel, tap, len }) = run else { return col.fill(0.0) };
            let (start, end) = (tap * c, (tap + len) * c);
            col[..start].fill(0.0);
            col[start..end].copy_from_slice(&x[pixel * c..(pixel + len) * c]);
            col[end..].fill(0.0);
        });
    }
}

/// x ← the rows of cols, each added where [`im2col`] would have read it.
pub(crate) fn col2im(cols: &[f32], windows: &Windows, x: ViewMut) {
    let (_, h, w, c) = x.dim();
    let width = windows.win.kernel * c;
    let picture_cols = windows.out.0 * windows.out.1 * windows.taps() * c;
    for (x, cols) in floats_mut(x).chunks_exact_mut(h * w * c).zip(cols.chunks_exact(picture_cols))
    {
        x.fill(0.0);
        for_each_run(windows, (h, w), |at, run| {
            let Some(Run { pixel, tap, len }) = run else { return };
            let col = &cols[at * width + tap * c..][..len * c];
            for (x, col) in x[pixel * c..][..len * c].iter_mut().zip(col) {
                *x += col;
            }
        });
    }
}

/// Visits the kernel rows of all windows of an h × w picture in the order of the matrix.
fn for_each_run(
    windows: &Windows,
    picture: (usize, usize),
    mut visit: impl FnMut(usize, Option<Run>),
) {
    let mut at = 0;
    for oy in 0..windows.out.0 {
        for ox in 0..windows.out.1 {
            for ky in windows.ky.clone() {
                visit(at, windows.run(picture, (oy, ox), ky));
                at += 1;
            }
        }
    }
}
