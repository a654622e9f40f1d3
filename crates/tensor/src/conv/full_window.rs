//! Convolution whose window is the whole image, as between 4 × 4 and 1 × 1: an image is a row of a
//! matrix as it lies in memory, and nothing needs to be copied.
//!
//! With K = kernel²·c_in and O = c_out, parallel over images:
//!
//! | pass | product |
//! |---|---|
//! | forward | Y (n×O) = X (n×K) · W (K×O) |
//! | input gradient | dX (n×K) = dY (n×O) · Wᵀ (O×K) |
//!
//! For the weight gradient X would be read down its columns, whose floats compete for the same few cache
//! sets. There im2col is faster, since `matrixmultiply` copies them.

use std::iter::zip;

use super::im2col::Im2col;
use super::passes::Passes;
use super::problem::{Operands, Problem};
use crate::gemm::panels::{Depth, Left, NR, multiply_with, pack_panels};
use crate::gemm::transpose::transpose;
use crate::pool::{all_threads, parallel_for};
use crate::view::{floats, floats_mut};
use crate::{Accum, Epilogue, Isa, Output, Scratch, View};

/// Images in a product.
const IMAGES: usize = 16;

/// Whether the convolution has one window, and that is the whole image.
pub(super) fn fits(conv: &Problem) -> bool {
    (conv.x.1, conv.x.2, 0) == (conv.win.kernel, conv.win.kernel, conv.win.pad)
}

/// Products of images as they lie with weights in panels.
pub(crate) struct FullWindow;

impl Passes for FullWindow {
    fn forward(&self, conv: &Problem, operands: Operands, y: Output, scratch: &mut Scratch) {
        let Operands { from: x, w, epilogue } = operands;
        let panels = scratch.take(w.len());
        pack_panels(w, conv.c_out(), panels);
        rows(conv.isa, (floats(&x), conv.depth()), (panels, conv.c_out()), epilogue, y);
    }

    fn backward_input(
        &self,
        conv: &Problem,
        operands: Operands,
        dx: Output,
        scratch: &mut Scratch,
    ) {
        let Operands { from: dy, w, epilogue } = operands;
        let c_out = conv.c_out();
        let panels = scratch.take(w.len());
        // A panel of columns of Wᵀ consists of rows of W.
        let pairs = zip(panels.chunks_mut(NR * c_out), w.chunks(NR * c_out));
        parallel_for(pairs, all_threads(), |(panel, w), _| transpose(w, c_out, panel));
        rows(conv.isa, (floats(&dy), c_out), (panels, conv.depth()), epilogue, dx);
    }

    fn backward_weight(
        &self,
        conv: &Problem,
        x: View,
        dy: View,
        accum: Accum,
        dw: &mut [f32],
        scratch: &mut Scratch,
    ) {
        Im2col.backward_weight(conv, x, dy, accum, dw, scratch);
    }
}

/// C = f(A · B), one row for each image, with B in panels.
fn rows(
    isa: Isa,
    (a, depth): (&[f32], usize),
    (b, cols): (&[f32], usize),
    epilogue: Epilogue,
    to: Output,
) {
    let groups = zip(a.chunks(IMAGES * depth), to.chunks(IMAGES));
    parallel_for(groups, all_threads(), |(a, mut to), _| {
        let left =
            Left { data: a, rows: a.len() / depth, row: depth, depth: Depth::contiguous(depth) };
        let c = floats_mut(to.images.view_mut());
        multiply_with(isa, Accum::Overwrite, left, (b, cols), c);
        to.finish(isa, epilogue);
    });
}
