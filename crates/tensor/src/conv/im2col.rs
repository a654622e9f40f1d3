//! Convolution as a product with a matrix of windows, for any geometry. The matrix exists for one group
//! of images at a time, never for the whole batch.

mod columns;

use std::iter::zip;

use ndarray::Axis;

use self::columns::{Windows, col2im, im2col};
use super::passes::Passes;
use super::problem::{Operands, Problem};
use crate::gemm::matrixmultiply::{Matrix, gemm};
use crate::pool::{all_threads, parallel_for};
use crate::view::{floats, floats_mut};
use crate::{Accum, Output, Scratch, View};

/// im2col, and products by `matrixmultiply`.
pub(crate) struct Im2col;

impl Passes for Im2col {
    fn forward(&self, conv: &Problem, operands: Operands, y: Output, scratch: &mut Scratch) {
        let Operands { from: x, w, epilogue } = operands;
        let (partition, depth) = (conv.partition(), conv.depth());
        let windows = Windows::all(conv.win, conv.windows());
        let columns = scratch.per_task(partition.tasks, partition.group * conv.rows() * depth);

        let w = Matrix::new(w, depth, conv.c_out());
        let groups = zip(x.axis_chunks_iter(Axis(0), partition.group), y.chunks(partition.group));
        parallel_for(groups, columns, |(x, mut y), columns| {
            let rows = x.dim().0 * conv.rows();
            let columns = &mut columns[..rows * depth];
            im2col(x, &windows, columns);
            let product = floats_mut(y.images.view_mut());
            gemm(Accum::Overwrite, Matrix::new(columns, rows, depth), w, product);
            y.finish(conv.isa, epilogue);
        });
    }

    fn backward_input(
        &self,
        conv: &Problem,
        operands: Operands,
        dx: Output,
        scratch: &mut Scratch,
    ) {
        let Operands { from: dy, w, epilogue } = operands;
        let (partition, depth) = (conv.partition(), conv.depth());
        let windows = Windows::all(conv.win, conv.windows());
        let w = Matrix::new(w, depth, conv.c_out());
        let columns = scratch.per_task(partition.tasks, partition.group * conv.rows() * depth);

        let groups = zip(dy.axis_chunks_iter(Axis(0), partition.group), dx.chunks(partition.group));
        parallel_for(groups, columns, |(dy, mut dx), columns| {
            let rows = dy.dim().0 * conv.rows();
            let columns = &mut columns[..rows * depth];
            let dy = Matrix::new(floats(&dy), rows, conv.c_out());
            gemm(Accum::Overwrite, dy, w.transpose(), columns);
            col2im(columns, &windows, dx.images.view_mut());
            dx.finish(conv.isa, epilogue);
        });
    }

    /// Parallel over kernel rows: each owns a contiguous part of dw and goes through the images in
    /// order, so there is nothing to reduce.
    fn backward_weight(
        &self,
        conv: &Problem,
        x: View,
        dy: View,
        accum: Accum,
        dw: &mut [f32],
        scratch: &mut Scratch,
    ) {
        if conv.n() == 0 {
            return accum.empty_sum(dw);
        }
        let (group, kernel) = (conv.partition().group, conv.win.kernel);
        let row_depth = conv.depth() / kernel;
        let columns = scratch.per_task(kernel, group * conv.rows() * row_depth);

        let rows = zip(dw.chunks_mut(row_depth * conv.c_out()), columns).enumerate();
        parallel_for(rows, all_threads(), |(ky, (dw, columns)), _| {
            let windows = Windows::kernel_row(conv.win, conv.windows(), ky);
            let mut accum = accum;
            for (x, dy) in
                zip(x.axis_chunks_iter(Axis(0), group), dy.axis_chunks_iter(Axis(0), group))
            {
                let rows = dy.dim().0 * conv.rows();
                let columns = &mut columns[..rows * row_depth];
                im2col(x, &windows, columns);
                let dy = Matrix::new(floats(&dy), rows, conv.c_out());
                gemm(accum, Matrix::new(columns, rows, row_depth).transpose(), dy, dw);
                accum = Accum::Add;
            }
        });
    }
}
