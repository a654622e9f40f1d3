//! Convolution between few channels, straight from the pictures.
//!
//! Where a side has three channels, copying windows into columns costs as much as multiplying them.
//! But the windows of one row of outputs are a matrix as they lie: window i begins stride·c floats
//! after window i − 1, and its elements are `kernel` runs of kernel·c floats, a row of the picture
//! apart. All that it takes is a border of zeros around the picture, so that every window lies inside.
//!
//! | pass | product, for each row of outputs or picture |
//! |---|---|
//! | [`forward`] | y = windows · W |
//! | [`backward_input`] | the windows' gradient = dy · Wᵀ, added where the windows lie |
//! | [`backward_weight`] | dW += windowsᵀ · dy, each kernel row a product over the whole picture |

use std::iter::zip;

use ndarray::Axis;
use rayon::prelude::*;

use crate::gemm::Accum;
use crate::panels::{Depth, Left, PANEL, multiply};
use crate::plan::{Plan, share};
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::transpose::transpose;
use crate::{Dims, Epilogue, Output, Scratch, View, Window, floats, floats_mut};

/// Channels out from which a vector of them is worth broadcasting a pixel for.
const FEWEST: usize = 16;

/// Whether a convolution from x to `c_out` channels is one that this does well: a window and a pixel of
/// y are one panel each.
pub(crate) fn fits(x: Dims, c_out: usize, win: Window) -> bool {
    win.taps() * x.3 <= PANEL && (FEWEST..=PANEL).contains(&c_out)
}

/// The sizes of one pass.
#[derive(Clone, Copy)]
struct Sizes {
    win: Window,
    /// Rows and columns of x.
    side: (usize, usize),
    c_in: usize,
    /// Rows and columns of y.
    out: (usize, usize),
    c_out: usize,
}

impl Sizes {
    fn of(x: Dims, y: Dims, win: Window) -> Self {
        Self { win, side: (x.1, x.2), c_in: x.3, out: (y.1, y.2), c_out: y.3 }
    }

    /// Floats of a picture's row with its border.
    fn pitch(&self) -> usize {
        (self.side.1 + 2 * self.win.pad) * self.c_in
    }

    /// Floats of a picture with its border.
    fn bordered(&self) -> usize {
        (self.side.0 + 2 * self.win.pad) * self.pitch()
    }

    /// Floats of a window.
    fn window(&self) -> usize {
        self.win.taps() * self.c_in
    }

    /// Floats of a kernel row.
    fn run(&self) -> usize {
        self.win.kernel * self.c_in
    }

    /// Floats from one window to the next.
    fn stride(&self) -> usize {
        self.win.stride * self.c_in
    }

    /// A picture at a time.
    fn plan(&self, n: usize) -> Plan {
        Plan::new(n, 1, 1, rayon::current_num_threads())
    }

    /// The rows of a picture inside its border.
    fn inside(self, bordered: &mut [f32]) -> impl Iterator<Item = &mut [f32]> {
        let (row, left) = (self.side.1 * self.c_in, self.win.pad * self.c_in);
        let rows = bordered.chunks_exact_mut(self.pitch()).skip(self.win.pad).take(self.side.0);
        rows.map(move |bordered| &mut bordered[left..left + row])
    }
}

/// Y = f(windows · W); see [`crate::conv::forward`], whose contract this keeps.
pub(crate) fn forward(
    level: Level,
    x: View,
    w: &[f32],
    win: Window,
    end: Epilogue,
    y: Output,
    scratch: &mut Scratch,
) {
    let sizes = Sizes::of(x.dim(), y.dim(), win);
    let plan = sizes.plan(x.dim().0);
    let lanes = scratch.lanes(plan.tasks, sizes.bordered());
    let groups = zip(x.axis_chunks_iter(Axis(0), plan.group), y.chunks(plan.group));
    share(groups, lanes, |(x, mut to), bordered| {
        let (x, y) = (floats(&x), floats_mut(to.pictures.view_mut()));
        dispatch(level, Forward { sizes, x, w, y, bordered });
        to.finish(level, end);
    });
}

struct Forward<'a> {
    sizes: Sizes,
    x: &'a [f32],
    w: &'a [f32],
    y: &'a mut [f32],
    bordered: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Sizes { win, side, c_in, out, c_out } = self.sizes;
        let (row, line) = (side.1 * c_in, out.1 * c_out);
        let pitch = self.sizes.pitch();
        let depth = Depth { runs: win.kernel, run_step: pitch, len: self.sizes.run(), step: 1 };
        self.bordered.fill(0.0);
        let pictures = self.y.chunks_exact_mut(out.0 * line);
        for (x, y) in zip(self.x.chunks_exact(side.0 * row), pictures) {
            let rows = zip(self.sizes.inside(self.bordered), x.chunks_exact(row));
            rows.for_each(|(to, x)| to.copy_from_slice(x));
            for (oy, y) in y.chunks_exact_mut(line).enumerate() {
                let data = &self.bordered[oy * win.stride * pitch..];
                let windows = Left { data, rows: out.1, row: self.sizes.stride(), depth };
                multiply(simd, Accum::Replace, windows, (self.w, c_out), y);
            }
        }
    }
}

/// dX = f(what the windows' gradients dY · Wᵀ add up to); see [`crate::conv::backward_input`].
pub(crate) fn backward_input(
    level: Level,
    dy: View,
    w: &[f32],
    win: Window,
    end: Epilogue,
    dx: Output,
    scratch: &mut Scratch,
) {
    let sizes = Sizes::of(dx.dim(), dy.dim(), win);
    let plan = sizes.plan(dx.dim().0);
    let lane = sizes.bordered() + sizes.out.1 * sizes.window();
    let (transposed, lanes) = scratch.take(w.len() + plan.tasks * lane).split_at_mut(w.len());
    transpose(w, sizes.c_out, transposed);
    let w = &*transposed;
    let groups = zip(dy.axis_chunks_iter(Axis(0), plan.group), dx.chunks(plan.group));
    share(groups, lanes.par_chunks_mut(lane), |(dy, mut to), lane| {
        let (dy, dx) = (floats(&dy), floats_mut(to.pictures.view_mut()));
        let (bordered, windows) = lane.split_at_mut(sizes.bordered());
        dispatch(level, BackwardInput { sizes, dy, w, dx, bordered, windows });
        to.finish(level, end);
    });
}

struct BackwardInput<'a> {
    sizes: Sizes,
    dy: &'a [f32],
    /// Wᵀ: (c_out × window).
    w: &'a [f32],
    dx: &'a mut [f32],
    bordered: &'a mut [f32],
    /// The gradient of a row of windows: (w_out × window).
    windows: &'a mut [f32],
}

impl Kernel for BackwardInput<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Sizes { win, side, c_in, out, c_out } = self.sizes;
        let (row, line) = (side.1 * c_in, out.1 * c_out);
        let pitch = self.sizes.pitch();
        let pictures = self.dx.chunks_exact_mut(side.0 * row);
        for (dy, dx) in zip(self.dy.chunks_exact(out.0 * line), pictures) {
            self.bordered.fill(0.0);
            for (oy, dy) in dy.chunks_exact(line).enumerate() {
                let left = Left { data: dy, rows: out.1, row: c_out, depth: Depth::even(c_out, 1) };
                let window = self.sizes.window();
                multiply(simd, Accum::Replace, left, (self.w, window), self.windows);
                add_windows(
                    &self.sizes,
                    self.windows,
                    &mut self.bordered[oy * win.stride * pitch..],
                );
            }
            let rows = zip(dx.chunks_exact_mut(row), self.sizes.inside(self.bordered));
            rows.for_each(|(dx, from)| dx.copy_from_slice(from));
        }
    }
}

/// Adds a row of windows to the rows of a bordered picture that they lie in.
///
/// Neighbours overlap. Taken in turns, windows that lie apart first, a sum is not read back while it
/// is still on its way to memory.
#[inline(always)]
fn add_windows(sizes: &Sizes, windows: &[f32], bordered: &mut [f32]) {
    let turns = sizes.win.kernel.div_ceil(sizes.win.stride);
    let (run, window, stride) = (sizes.run(), sizes.window(), sizes.stride());
    for (ky, line) in bordered.chunks_exact_mut(sizes.pitch()).take(sizes.win.kernel).enumerate() {
        for turn in 0..turns {
            for ox in (turn..sizes.out.1).step_by(turns) {
                let from = &windows[ox * window + ky * run..][..run];
                zip(&mut line[ox * stride..][..run], from).for_each(|(to, from)| *to += from);
            }
        }
    }
}

/// dW += windowsᵀ · dY; see [`crate::conv::backward_weight`]. Kernel rows in parallel, each over all
/// pictures in order.
pub(crate) fn backward_weight(
    level: Level,
    x: View,
    dy: View,
    win: Window,
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    let sizes = Sizes::of(x.dim(), dy.dim(), win);
    let (x, dy) = (floats(&x), floats(&dy));
    let lanes = scratch.lanes(win.kernel, sizes.out.0 * sizes.pitch());
    dw.par_chunks_mut(sizes.run() * sizes.c_out).enumerate().zip(lanes).for_each(
        |((ky, dw), seen)| dispatch(level, BackwardWeight { sizes, ky, x, dy, dw, seen }),
    );
}

struct BackwardWeight<'a> {
    sizes: Sizes,
    ky: usize,
    x: &'a [f32],
    dy: &'a [f32],
    dw: &'a mut [f32],
    /// The rows of a picture that the kernel row sees, with their borders.
    seen: &'a mut [f32],
}

impl Kernel for BackwardWeight<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Sizes { win, side, c_in, out, c_out } = self.sizes;
        let (row, left) = (side.1 * c_in, win.pad * c_in);
        let pitch = self.sizes.pitch();
        let depth = Depth { runs: out.0, run_step: pitch, len: out.1, step: self.sizes.stride() };
        self.seen.fill(0.0);
        let pictures = self.dy.chunks_exact(out.0 * out.1 * c_out);
        for (x, dy) in zip(self.x.chunks_exact(side.0 * row), pictures) {
            for (oy, seen) in self.seen.chunks_exact_mut(pitch).enumerate() {
                // Rows of the border stay zero.
                let at = (oy * win.stride + self.ky).wrapping_sub(win.pad);
                if at < side.0 {
                    seen[left..left + row].copy_from_slice(&x[at * row..][..row]);
                }
            }
            let data = &*self.seen;
            let windows = Left { data, rows: self.sizes.run(), row: 1, depth };
            multiply(simd, Accum::Add, windows, (dy, c_out), self.dw);
        }
    }
}
