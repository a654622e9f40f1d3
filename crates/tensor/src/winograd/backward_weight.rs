//! dW from X and dY: both to V and M, products, U to taps.

use std::iter::zip;
use std::marker::PhantomData;

use ndarray::Axis;
use rayon::prelude::*;

use super::outputs::Layout;
use super::tiling::Tiling;
use super::{Sizes, outputs, pitch, pixels, weights};
use crate::gemm::Accum;
use crate::panels::{Depth, Left, multiply_on};
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::{Scratch, View, floats};

/// Tiles that are summed into the weights' gradient at a time; all tasks share them.
const TILES: usize = 256;

/// [`super::backward_weight`] with these tiles.
///
/// Chunks of pictures are transformed in parallel, several of them; then each point and phase of U
/// is summed over those chunks by one task, in their order.
pub(super) fn run<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    x: View,
    dy: View,
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    let sizes = Sizes::<M, P>::of(x.dim(), dy.dim());
    let Sizes { grid, c_in, c_out } = sizes;
    let chunk = sizes.plan(x.dim().0).group;
    let chunks = (TILES / (chunk * grid.tiles())).max(1);
    let lane = sizes.lane(chunk * grid.tiles());
    let weights = P * P * sizes.depth() * c_out;
    let (u, lanes) = scratch.take(weights + chunks * lane).split_at_mut(weights);

    let span = chunks * chunk;
    let spans = zip(x.axis_chunks_iter(Axis(0), span), dy.axis_chunks_iter(Axis(0), span));
    for (first, (x, dy)) in spans.enumerate() {
        x.axis_chunks_iter(Axis(0), chunk)
            .into_par_iter()
            .zip(dy.axis_chunks_iter(Axis(0), chunk))
            .zip(lanes.par_chunks_mut(lane))
            .for_each(|((x, dy), lane)| {
                let tiling = PhantomData::<T>;
                dispatch(level, Points { tiling, sizes, x, dy, lane });
            });
        let pictures = x.dim().0;
        u.par_chunks_mut(c_in * c_out).enumerate().for_each(|(i, u)| {
            let (point, phase) = (i / 4, i % 4);
            for (i, lane) in lanes.chunks(lane).take(pictures.div_ceil(chunk)).enumerate() {
                let tiles = chunk.min(pictures - i * chunk) * grid.tiles();
                let (v, m) = lane[sizes.border()..].split_at(sizes.points(tiles).0);
                let v = &v[point * pitch(tiles * sizes.depth())..][..tiles * sizes.depth()];
                let depth = Depth::even(tiles, sizes.depth());
                let v = Left { data: &v[phase * c_in..], rows: c_in, row: 1, depth };
                let m = &m[point * pitch(tiles * c_out)..][..tiles * c_out];
                let accum = if first + i == 0 { Accum::Replace } else { Accum::Add };
                multiply_on(level, accum, v, (m, c_out), u);
            }
        });
    }
    weights::add_gradient::<T, M, P>(level, u, c_in, c_out, dw);
}

/// A chunk's V and M, the latter in panels.
struct Points<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    sizes: Sizes<M, P>,
    x: View<'a>,
    dy: View<'a>,
    lane: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for Points<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Sizes { grid, c_in, c_out } = self.sizes;
        let (v_len, m_len) = self.sizes.points(self.x.dim().0 * grid.tiles());
        let (border, lane) = self.lane.split_at_mut(self.sizes.border());
        let (v, m) = lane[..v_len + m_len].split_at_mut(v_len);
        pixels::gather::<S, T, M, P>(simd, grid, floats(&self.x), c_in, border, v);
        outputs::gather::<S, T, M, P>(simd, grid, floats(&self.dy), c_out, Layout::Panels, m);
    }
}
