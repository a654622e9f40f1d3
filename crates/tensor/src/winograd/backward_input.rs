//! dX from dY: outputs to M, products, V to pixels.

use std::iter::zip;
use std::marker::PhantomData;

use ndarray::Axis;
use rayon::prelude::*;

use super::outputs::Layout;
use super::tiling::Tiling;
use super::{Sizes, outputs, pitch, pixels, weights};
use crate::gemm::Accum;
use crate::panels::{Depth, Left, multiply};
use crate::plan::share;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::{Epilogue, Scratch, View, ViewMut, floats, floats_mut};

/// [`super::backward_input`] with these tiles.
pub(super) fn run<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    dy: View,
    w: &[f32],
    end: Epilogue,
    mut dx: ViewMut,
    scratch: &mut Scratch,
) {
    let sizes = Sizes::<M, P>::of(dx.dim(), dy.dim());
    let plan = sizes.plan(dx.dim().0);
    let lane = sizes.lane(plan.group * sizes.grid.tiles());
    let total = w.len() + sizes.weights() + plan.tasks * lane;
    let (transposed, rest) = scratch.take(total).split_at_mut(w.len());
    let (u, lanes) = rest.split_at_mut(sizes.weights());
    weights::transform_transposed::<T, M, P>(level, w, sizes.c_in, sizes.c_out, transposed, u);
    let u = &*u;

    let groups =
        zip(dy.axis_chunks_iter(Axis(0), plan.group), dx.axis_chunks_iter_mut(Axis(0), plan.group));
    share(groups, lanes.par_chunks_mut(lane), |(dy, dx), lane| {
        let (dy, dx) = (floats(&dy), floats_mut(dx));
        dispatch(level, BackwardInput { tiling: PhantomData::<T>, sizes, dy, u, end, dx, lane });
    });
}

/// A group of pictures.
struct BackwardInput<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    sizes: Sizes<M, P>,
    dy: &'a [f32],
    u: &'a [f32],
    end: Epilogue<'a>,
    dx: &'a mut [f32],
    lane: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for BackwardInput<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Sizes { grid, c_in, c_out } = self.sizes;
        let depth = self.sizes.depth();
        let tiles = self.dy.len() / grid.outputs_of(c_out) * grid.tiles();
        let (v_len, m_len) = self.sizes.points(tiles);
        let (border, lane) = self.lane.split_at_mut(self.sizes.border());
        let (v, m) = lane[..v_len + m_len].split_at_mut(v_len);
        outputs::gather::<S, T, M, P>(simd, grid, self.dy, c_out, Layout::Rows, m);
        let points = zip(m.chunks_exact(m_len / (P * P)), v.chunks_exact_mut(v_len / (P * P)));
        for ((m, v), u) in zip(points, self.u.chunks_exact(pitch(depth * c_out))) {
            let m = Left { data: m, rows: tiles, row: c_out, depth: Depth::even(c_out, 1) };
            let u = &u[..depth * c_out];
            multiply(simd, Accum::Replace, m, (u, depth), &mut v[..tiles * depth]);
        }
        pixels::scatter::<S, T, M, P>(simd, grid, v, c_in, border, self.dx);
        self.end.apply(self.dx);
    }
}
