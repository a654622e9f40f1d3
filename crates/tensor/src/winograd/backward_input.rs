//! dX from dY: outputs to M, products, V to pixels.

use super::cut::Cut;
use super::order::Pass;
use super::outputs::Layout;
use super::products::{Products, Results};
use super::weights::Weights;
use super::{TILES, outputs, pixels};
use crate::simd::{Level, dispatch};
use crate::{Epilogue, Output, Scratch, View};

/// dX = f(convᵀ(dY)); see [`crate::conv::backward_input`].
pub(crate) fn backward_input(
    level: Level,
    dy: View,
    w: &[f32],
    end: Epilogue,
    dx: Output,
    scratch: &mut Scratch,
) {
    let cut = Cut::new(dx.dim(), dy.dim(), TILES);
    let Cut { grid, c_in, c_out, .. } = cut;
    let weights = Weights { rows: c_out, cols: c_in, backwards: true };
    let products = Products { level, cut, weights };
    let pass = Pass {
        products,
        w,
        end,
        gather: |y: &[f32], _: &mut [f32], m: &mut [f32]| {
            let layout = Layout::Rows;
            dispatch(level, outputs::Gather { grid, y, c: c_out, layout, m });
        },
        scatter: |v: Results, border: &mut [f32], x: &mut [f32]| {
            dispatch(level, pixels::Scatter { grid, v, c: c_in, border, x });
        },
    };
    pass.run(dy, dx, scratch.whole(products.memory()));
}
