//! dX from dY: outputs to M, products, V to pixels.

use super::blocking::Blocking;
use super::execution::Execution;
use super::output_transform::Layout;
use super::products::{Products, Results};
use super::weights::Weights;
use super::{input_transform, output_transform};
use crate::conv::problem::{Operands, Problem};
use crate::simd::dispatch;
use crate::{Output, Scratch};

/// dX = f(convᵀ(dY)).
pub(super) fn backward_input(
    conv: &Problem,
    operands: Operands,
    dx: Output,
    scratch: &mut Scratch,
) {
    let isa = conv.isa;
    let blocking = Blocking::of_images(conv);
    let Blocking { grid, c_in, c_out, .. } = blocking;
    let weights = Weights { rows: c_out, cols: c_in, transposed: true };
    let products = Products { isa, blocks: conv.blocks, blocking, weights };
    let execution = Execution {
        products,
        w: operands.w,
        epilogue: operands.epilogue,
        gather: |y: &[f32], _: &mut [f32], m: &mut [f32]| {
            let layout = Layout::RowMajor;
            dispatch(isa, output_transform::Gather { grid, y, c: c_out, layout, m });
        },
        scatter: |v: Results, border: &mut [f32], x: &mut [f32]| {
            dispatch(isa, input_transform::Scatter { grid, v, c: c_in, border, x });
        },
    };
    execution.run(operands.from, dx, scratch.whole(products.memory()));
}
