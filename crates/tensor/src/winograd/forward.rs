//! Y from X: pixels to V, products, M to outputs.

use std::iter::zip;
use std::marker::PhantomData;

use ndarray::Axis;
use rayon::prelude::*;

use super::tiling::Tiling;
use super::{Sizes, outputs, pitch, pixels, weights};
use crate::gemm::Accum;
use crate::panels::{Depth, Left, multiply};
use crate::plan::share;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::{Epilogue, Scratch, View, ViewMut, floats, floats_mut};

/// [`super::forward`] with these tiles.
pub(super) fn run<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    x: View,
    w: &[f32],
    end: Epilogue,
    mut y: ViewMut,
    scratch: &mut Scratch,
) {
    let sizes = Sizes::<M, P>::of(x.dim(), y.dim());
    let plan = sizes.plan(x.dim().0);
    let lane = sizes.lane(plan.group * sizes.grid.tiles());
    let (u, lanes) =
        scratch.take(sizes.weights() + plan.tasks * lane).split_at_mut(sizes.weights());
    weights::transform::<T, M, P>(level, w, sizes.c_in, sizes.c_out, u);
    let u = &*u;

    let groups =
        zip(x.axis_chunks_iter(Axis(0), plan.group), y.axis_chunks_iter_mut(Axis(0), plan.group));
    share(groups, lanes.par_chunks_mut(lane), |(x, y), lane| {
        let (x, y) = (floats(&x), floats_mut(y));
        dispatch(level, Forward { tiling: PhantomData::<T>, sizes, x, u, end, y, lane });
    });
}

/// A group of pictures.
struct Forward<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    sizes: Sizes<M, P>,
    x: &'a [f32],
    u: &'a [f32],
    end: Epilogue<'a>,
    y: &'a mut [f32],
    lane: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for Forward<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Sizes { grid, c_in, c_out } = self.sizes;
        let depth = self.sizes.depth();
        let tiles = self.x.len() / grid.pixels_of(c_in) * grid.tiles();
        let (v_len, m_len) = self.sizes.points(tiles);
        let (border, lane) = self.lane.split_at_mut(self.sizes.border());
        let (v, m) = lane[..v_len + m_len].split_at_mut(v_len);
        pixels::gather::<S, T, M, P>(simd, grid, self.x, c_in, border, v);
        let points = zip(v.chunks_exact(v_len / (P * P)), m.chunks_exact_mut(m_len / (P * P)));
        for ((v, m), u) in zip(points, self.u.chunks_exact(pitch(depth * c_out))) {
            let v = Left { data: v, rows: tiles, row: depth, depth: Depth::even(depth, 1) };
            let u = &u[..depth * c_out];
            multiply(simd, Accum::Replace, v, (u, c_out), &mut m[..tiles * c_out]);
        }
        outputs::scatter::<S, T, M, P>(simd, grid, m, c_out, self.y);
        self.end.apply(self.y);
    }
}
