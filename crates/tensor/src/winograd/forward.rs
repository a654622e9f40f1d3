//! Y from X: pixels to V, products, M to outputs.

use super::cut::Cut;
use super::order::Pass;
use super::products::{Products, Results};
use super::weights::Weights;
use super::{TILES, outputs, pixels};
use crate::simd::{Level, dispatch};
use crate::{Epilogue, Output, Scratch, View};

/// Y = f(conv(X)); see [`crate::conv::forward`], whose contract this keeps.
pub(crate) fn forward(
    level: Level,
    x: View,
    w: &[f32],
    end: Epilogue,
    y: Output,
    scratch: &mut Scratch,
) {
    let cut = Cut::new(x.dim(), y.dim(), TILES);
    let Cut { grid, c_in, c_out, .. } = cut;
    let weights = Weights { rows: c_in, cols: c_out, backwards: false };
    let products = Products { level, cut, weights };
    let pass = Pass {
        products,
        w,
        end,
        gather: |x: &[f32], border: &mut [f32], v: &mut [f32]| {
            dispatch(level, pixels::Gather { grid, x, c: c_in, border, v });
        },
        scatter: |m: Results, _: &mut [f32], y: &mut [f32]| {
            dispatch(level, outputs::Scatter { grid, m, c: c_out, y });
        },
    };
    pass.run(x, y, scratch.whole(products.memory()));
}
