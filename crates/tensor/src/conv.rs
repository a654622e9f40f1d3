//! Convolution as three matrix products, which serve both networks: a transposed convolution is a
//! convolution read backwards (Dumoulin & Visin 2016, arXiv:1603.07285, section 4).
//!
//! With M = n·h_out·w_out, K = kernel²·c_in and O = c_out, all row-major:
//!
//! | pass | product | split over threads |
//! |---|---|---|
//! | [`forward`] | Y (M×O) = im2col(X) (M×K) · W (K×O) | pictures |
//! | [`backward_input`] | dX = col2im(dY (M×O) · Wᵀ (O×K)) | pictures |
//! | [`backward_weight`] | dW (K×O) = im2col(X)ᵀ (K×M) · dY (M×O) | kernel rows |
//!
//! The columns exist for a group of pictures at a time, never for the whole batch.
//!
//! That is the way for any geometry. Where fewer multiplications do, [`crate::Algorithm`] sends the
//! work to [`crate::winograd`](crate::Algorithm::Winograd), which keeps the same contract.

mod gradients;

use std::iter::zip;

use ndarray::Axis;

pub(crate) use self::gradients::Role;
pub use self::gradients::{Grads, Point, backward, backward_transposed};
use crate::gemm::{Accum, Matrix, gemm};
use crate::im2col::{Windows, col2im, im2col};
use crate::method::Way;
use crate::plan::{Plan, all_threads, share};
use crate::{
    Act, Dims, Epilogue, Method, Output, Scratch, View, Window, direct, floats, floats_mut, point,
    winograd,
};

/// Y = f(im2col(X) · W), with f the activation or [`Epilogue`] given.
///
/// x (n, h, w, c_in), w (kernel, kernel, c_in, c_out), y (n, h_out, w_out, c_out) with
/// h_out = `win.down(h)`. Pictures in parallel; y is overwritten.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn forward<'e, 'y>(
    x: View,
    w: &[f32],
    win: Window,
    end: impl Into<Epilogue<'e>>,
    y: impl Into<Output<'y>>,
    scratch: &mut Scratch,
) {
    let (end, y) = (end.into(), y.into());
    end.check(y.dim().3);
    let sizes = Sizes::of(x.dim(), y.dim(), w, win);
    let Method { algorithm, level } = scratch.method();
    match algorithm.way(x.dim(), sizes.c_out, win) {
        Way::Winograd => return winograd::forward(level, x, w, end, y, scratch),
        Way::Direct => return direct::forward(level, x, w, win, end, y, scratch),
        Way::Point => return point::forward(level, x, w, end, y, scratch),
        Way::Im2col => {}
    }
    let plan = sizes.plan();
    let windows = Windows::whole(win, sizes.out);
    let lanes = scratch.lanes(plan.tasks, plan.group * sizes.rows * sizes.depth);

    let w = Matrix::new(w, sizes.depth, sizes.c_out);
    let groups = zip(x.axis_chunks_iter(Axis(0), plan.group), y.chunks(plan.group));
    share(groups, lanes, |(x, mut y), cols| {
        let rows = x.dim().0 * sizes.rows;
        let cols = &mut cols[..rows * sizes.depth];
        im2col(x, &windows, cols);
        let product = floats_mut(y.pictures.view_mut());
        gemm(Accum::Replace, Matrix::new(cols, rows, sizes.depth), w, product);
        y.finish(level, end);
    });
}

/// dX = f(col2im(dY · Wᵀ)), the adjoint of [`forward`] in x. With an activation it is the forward
/// pass of a transposed convolution.
///
/// dy (n, h_out, w_out, c_out), w (kernel, kernel, c_in, c_out), dx (n, h, w, c_in) with
/// `win.down(h)` = h_out. Pictures in parallel; dx is overwritten.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward_input<'e, 'x>(
    dy: View,
    w: &[f32],
    win: Window,
    end: impl Into<Epilogue<'e>>,
    dx: impl Into<Output<'x>>,
    scratch: &mut Scratch,
) {
    let (end, dx) = (end.into(), dx.into());
    end.check(dx.dim().3);
    let sizes = Sizes::of(dx.dim(), dy.dim(), w, win);
    let Method { algorithm, level } = scratch.method();
    match algorithm.way(dx.dim(), sizes.c_out, win) {
        Way::Winograd => return winograd::backward_input(level, dy, w, end, dx, scratch),
        Way::Direct => return direct::backward_input(level, dy, w, win, end, dx, scratch),
        Way::Point => return point::backward_input(level, dy, w, end, dx, scratch),
        Way::Im2col => {}
    }
    let plan = sizes.plan();
    let windows = Windows::whole(win, sizes.out);
    let w = Matrix::new(w, sizes.depth, sizes.c_out);
    let lanes = scratch.lanes(plan.tasks, plan.group * sizes.rows * sizes.depth);

    let groups = zip(dy.axis_chunks_iter(Axis(0), plan.group), dx.chunks(plan.group));
    share(groups, lanes, |(dy, mut dx), cols| {
        let rows = dy.dim().0 * sizes.rows;
        let cols = &mut cols[..rows * sizes.depth];
        gemm(Accum::Replace, Matrix::new(floats(&dy), rows, sizes.c_out), w.t(), cols);
        col2im(cols, &windows, dx.pictures.view_mut());
        dx.finish(level, end);
    });
}

/// dW = im2col(X)ᵀ · dY, the adjoint of [`forward`] in w.
///
/// x (n, h, w, c_in), dy (n, h_out, w_out, c_out), dw (kernel, kernel, c_in, c_out). Kernel rows in
/// parallel: each owns a contiguous part of dw and walks the pictures in order, so there is nothing
/// to reduce. dw is overwritten.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward_weight(x: View, dy: View, win: Window, dw: &mut [f32], scratch: &mut Scratch) {
    let sizes = Sizes::of(x.dim(), dy.dim(), dw, win);
    if sizes.n == 0 {
        return dw.fill(0.0);
    }
    let Method { algorithm, level } = scratch.method();
    match algorithm.way(x.dim(), sizes.c_out, win) {
        Way::Winograd => return winograd::backward_weight(level, x, dy, dw, scratch),
        Way::Direct => {
            let at = Point { x, y: dy, act: Act::Identity };
            let to = Grads { w: Some(dw), bias: None, x: None };
            return direct::backward(Role::Convolution, at, &[], win, dy, to, scratch);
        }
        Way::Point | Way::Im2col => {}
    }
    let plan = sizes.plan();
    let row_depth = sizes.depth / win.kernel;
    let lanes = scratch.lanes(win.kernel, plan.group * sizes.rows * row_depth);

    let rows = zip(dw.chunks_mut(row_depth * sizes.c_out), lanes).enumerate();
    share(rows, all_threads(), |(ky, (dw, cols)), _| {
        let windows = Windows::row(win, sizes.out, ky);
        let groups = dy.axis_chunks_iter(Axis(0), plan.group);
        let mut accum = Accum::Replace;
        for (x, dy) in zip(x.axis_chunks_iter(Axis(0), plan.group), groups) {
            let rows = dy.dim().0 * sizes.rows;
            let cols = &mut cols[..rows * row_depth];
            im2col(x, &windows, cols);
            let dy = Matrix::new(floats(&dy), rows, sizes.c_out);
            gemm(accum, Matrix::new(cols, rows, row_depth).t(), dy, dw);
            accum = Accum::Add;
        }
    });
}

/// Rows that one matrix product should have: enough that packing the weights is paid for, few
/// enough that the columns of the default layers stay within a core's second-level cache.
const ROWS: usize = 256;

/// The sizes that the three products share.
struct Sizes {
    n: usize,
    /// Windows down and across.
    out: (usize, usize),
    /// Windows of one picture.
    rows: usize,
    /// K = kernel²·c_in.
    depth: usize,
    c_out: usize,
}

impl Sizes {
    #[track_caller]
    fn of(x: Dims, y: Dims, w: &[f32], win: Window) -> Self {
        let (n, h, width, c_in) = x;
        let c_out = y.3;
        let out = (win.down(h), win.down(width));
        assert!(y == (n, out.0, out.1, c_out), "{win:?} does not take {x:?} to {y:?}");
        let depth = win.taps() * c_in;
        assert_eq!(w.len(), depth * c_out, "weights of {win:?} from {c_in} to {c_out} channels");
        Self { n, out, rows: out.0 * out.1, depth, c_out }
    }

    fn plan(&self) -> Plan {
        Plan::new(self.n, self.rows, ROWS, rayon::current_num_threads())
    }
}
