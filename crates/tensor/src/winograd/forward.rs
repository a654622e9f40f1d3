//! Y from X: pixels to V, products, M to outputs.

use std::marker::PhantomData;

use super::cut::Cut;
use super::order::Pass;
use super::products::{Products, Results};
use super::tiling::Tiling;
use super::weights::Weights;
use super::{TILES, outputs, pixels};
use crate::simd::{Level, dispatch};
use crate::{Epilogue, Output, Scratch, View};

/// [`super::forward`] with these tiles.
pub(super) fn run<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    x: View,
    w: &[f32],
    end: Epilogue,
    y: Output,
    scratch: &mut Scratch,
) {
    let cut = Cut::<M, P>::new(x.dim(), y.dim(), TILES);
    let Cut { grid, c_in, c_out, .. } = cut;
    let weights = Weights { rows: c_in, cols: c_out, backwards: false };
    let products = Products { level, cut, weights };
    let tiling = PhantomData::<T>;
    let pass = Pass {
        products,
        w,
        end,
        gather: |x: &[f32], border: &mut [f32], v: &mut [f32]| {
            dispatch(level, pixels::Gather { tiling, grid, x, c: c_in, border, v });
        },
        scatter: |m: Results, _: &mut [f32], y: &mut [f32]| {
            dispatch(level, outputs::Scatter { tiling, grid, m, c: c_out, y });
        },
    };
    pass.run::<T>(x, y, scratch.whole(products.memory()));
}
