//! Convolution whose window is the whole picture, as those between 4 × 4 and 1 × 1: a picture is a row
//! of a matrix as it lies, and there is nothing to copy.
//!
//! With K = kernel²·c_in and O = c_out, and pictures in parallel:
//!
//! | pass | product |
//! |---|---|
//! | [`forward`] | Y (n×O) = X (n×K) · W (K×O) |
//! | [`backward_input`] | dX (n×K) = dY (n×O) · Wᵀ (O×K) |
//!
//! In the weights' gradient X would be read down its columns, whose floats compete for the same few
//! places in the cache; there matrixmultiply's copy of it is the faster way.

use std::iter::zip;

use crate::gemm::Accum;
use crate::panels::{Depth, Left, PANEL, arrange, multiply_on};
use crate::plan::{all_threads, share};
use crate::simd::Level;
use crate::transpose::transpose;
use crate::{Dims, Epilogue, Output, Scratch, View, Window, floats, floats_mut};

/// Pictures that make a product.
const PICTURES: usize = 16;

/// Whether a convolution from x has one window, and that is x.
pub(crate) fn fits(x: Dims, win: Window) -> bool {
    (x.1, x.2, 0) == (win.kernel, win.kernel, win.pad)
}

/// Y = f(X · W); see [`crate::conv::forward`], whose contract this keeps.
pub(crate) fn forward(
    level: Level,
    x: View,
    w: &[f32],
    end: Epilogue,
    y: Output,
    scratch: &mut Scratch,
) {
    let c_out = y.dim().3;
    let depth = w.len() / c_out;
    let panels = scratch.take(w.len());
    arrange(w, c_out, panels);
    rows(level, (floats(&x), depth), (panels, c_out), end, y);
}

/// dX = f(dY · Wᵀ); see [`crate::conv::backward_input`].
pub(crate) fn backward_input(
    level: Level,
    dy: View,
    w: &[f32],
    end: Epilogue,
    dx: Output,
    scratch: &mut Scratch,
) {
    let c_out = dy.dim().3;
    let cols = w.len() / c_out;
    let panels = scratch.take(w.len());
    // A panel of columns of Wᵀ are rows of W.
    let turned = zip(panels.chunks_mut(PANEL * c_out), w.chunks(PANEL * c_out));
    share(turned, all_threads(), |(panel, w), _| transpose(w, c_out, panel));
    rows(level, (floats(&dy), c_out), (panels, cols), end, dx);
}

/// C = f(A · B), a row a picture, with B in panels.
fn rows(
    level: Level,
    (a, depth): (&[f32], usize),
    (b, cols): (&[f32], usize),
    end: Epilogue,
    to: Output,
) {
    let groups = zip(a.chunks(PICTURES * depth), to.chunks(PICTURES));
    share(groups, all_threads(), |(a, mut to), _| {
        let left =
            Left { data: a, rows: a.len() / depth, row: depth, depth: Depth::even(depth, 1) };
        multiply_on(level, Accum::Replace, left, (b, cols), floats_mut(to.pictures.view_mut()));
        to.finish(level, end);
    });
}
