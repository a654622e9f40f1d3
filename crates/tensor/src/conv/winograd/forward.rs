//! Y from X: pixels to V, products, M to outputs.

use super::blocking::Blocking;
use super::execution::Execution;
use super::products::{Products, Results};
use super::weights::Weights;
use super::{input_transform, output_transform};
use crate::conv::problem::{Operands, Problem};
use crate::simd::dispatch;
use crate::{Output, Scratch};

/// Y = f(conv(X)).
pub(super) fn forward(conv: &Problem, operands: Operands, y: Output, scratch: &mut Scratch) {
    let isa = conv.isa;
    let blocking = Blocking::of_images(conv);
    let Blocking { grid, c_in, c_out, .. } = blocking;
    let weights = Weights { rows: c_in, cols: c_out, transposed: false };
    let products = Products { isa, blocks: conv.blocks, blocking, weights };
    let execution = Execution {
        products,
        w: operands.w,
        epilogue: operands.epilogue,
        gather: |x: &[f32], border: &mut [f32], v: &mut [f32]| {
            dispatch(isa, input_transform::Gather { grid, x, c: c_in, border, v });
        },
        scatter: |m: Results, _: &mut [f32], y: &mut [f32]| {
            dispatch(isa, output_transform::Scatter { grid, m, c: c_out, y });
        },
    };
    execution.run(operands.from, y, scratch.whole(products.memory()));
}
