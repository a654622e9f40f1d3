//! im2col and its adjoint: every window of an image as a row of a matrix, and back.
//!
//! In NHWC a kernel row of a window is one run of `kernel · c` contiguous floats, so both directions
//! move whole runs. What lies in the padding is clipped off the ends of a run.

use std::ops::Range;

use crate::view::{floats, floats_mut};
use crate::{View, ViewMut, Window};

/// The windows of an image, and which of their kernel rows to take.
#[derive(Clone)]
pub(super) struct Windows {
    win: Window,
    /// Windows down and across: (h_out, w_out).
    out: (usize, usize),
    /// Kernel rows, of 0..kernel.
    ky: Range<usize>,
}

/// The pixels that a kernel row reads: where they start in the image and in the row.
struct Run {
    pixel: usize,
    tap: usize,
    len: usize,
}

impl Windows {
    /// All kernel rows of all windows.
    pub(super) fn all(win: Window, out: (usize, usize)) -> Self {
        Self { win, out, ky: 0..win.kernel }
    }

    /// Only kernel row `ky` of all windows.
    pub(super) fn kernel_row(win: Window, out: (usize, usize), ky: usize) -> Self {
        Self { win, out, ky: ky..ky + 1 }
    }

    /// Floats of the matrix of an image of `c` channels.
    fn len(&self, c: usize) -> usize {
        self.out.0 * self.out.1 * self.ky.len() * self.win.kernel * c
    }

    /// The pixels of an h × w image under kernel row `ky` of the window at (oy, ox); `None` where
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

/// columns ← the windows of x, one in each row: (n·h_out·w_out) × (taps·c).
pub(super) fn im2col(x: View, windows: &Windows, columns: &mut [f32]) {
    let (_, h, w, c) = x.dim();
    let width = windows.win.kernel * c;
    let images = floats(&x).chunks_exact(h * w * c);
    for (x, columns) in images.zip(columns.chunks_exact_mut(windows.len(c))) {
        for_each_run(windows, (h, w), |at, run| {
            let row = &mut columns[at * width..(at + 1) * width];
            let Some(Run { pixel, tap, len }) = run else { return row.fill(0.0) };
            let (start, end) = (tap * c, (tap + len) * c);
            row[..start].fill(0.0);
            row[start..end].copy_from_slice(&x[pixel * c..(pixel + len) * c]);
            row[end..].fill(0.0);
        });
    }
}

/// x ← the rows of columns, each added where [`im2col`] would have read it.
pub(super) fn col2im(columns: &[f32], windows: &Windows, x: ViewMut) {
    let (_, h, w, c) = x.dim();
    let width = windows.win.kernel * c;
    let images = floats_mut(x).chunks_exact_mut(h * w * c);
    for (x, columns) in images.zip(columns.chunks_exact(windows.len(c))) {
        x.fill(0.0);
        for_each_run(windows, (h, w), |at, run| {
            let Some(Run { pixel, tap, len }) = run else { return };
            let row = &columns[at * width + tap * c..][..len * c];
            for (x, row) in x[pixel * c..][..len * c].iter_mut().zip(row) {
                *x += row;
            }
        });
    }
}

/// Visits the kernel rows of all windows of an h × w image in the order of the matrix.
fn for_each_run(
    windows: &Windows,
    image: (usize, usize),
    mut visit: impl FnMut(usize, Option<Run>),
) {
    let mut at = 0;
    for oy in 0..windows.out.0 {
        for ox in 0..windows.out.1 {
            for ky in windows.ky.clone() {
                visit(at, windows.run(image, (oy, ox), ky));
                at += 1;
            }
        }
    }
}
