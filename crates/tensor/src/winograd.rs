//! 4×4 convolutions of stride 2 and padding 1 with fewer multiplications: Winograd's minimal
//! filtering F(M×M, 2×2) (Lavin & Gray 2015, arXiv:1509.09308) on the four phases of the picture.
//!
//! Along one side, the window i reads the pixels 2i−1 … 2i+2. Call X₀[m] = x[2m−1] and
//! X₁[m] = x[2m]: then y[i] = Σ_π w[π]·X_π[i] + w[2+π]·X_π[i+1], two plain filters of two taps. M
//! neighbouring outputs of such a filter take P = M + 1 products instead of 2M, at P *points*:
//! y = Aᵀ·(G·g ⊙ Bᵀ·d) with the matrices of [`tiling`].
//!
//! In two dimensions a *tile* of M × M outputs takes P² products of each channel in each phase: 9
//! where the direct form takes 16, or 25 where it takes 64. The points are independent of each other,
//! the phases add up: so a point is a matrix product over all tiles, whose depth is phases × channels.
//!
//! | pass | product at each point | before | after |
//! |---|---|---|---|
//! | [`forward`] | M (tiles×O) = V (tiles×4C) · U (4C×O) | V from x | y from M |
//! | [`backward_input`] | V (tiles×4C) = M (tiles×O) · Uᵀ (O×4C) | M from dy | dx from V |
//! | [`backward_weight`] | U (4C×O) = Vᵀ (4C×tiles) · M (tiles×O) | V from x, M from dy | dw from U |
//!
//! The three are adjoint to each other as the passes are, and so are their transforms.

mod grid;
mod outputs;
mod pixels;
mod tiling;
mod weights;

use std::iter::zip;
use std::marker::PhantomData;

use ndarray::Axis;
use rayon::prelude::*;

use self::grid::Grid;
use self::outputs::Layout;
use self::tiling::{Four, Tiling, Two};
use crate::gemm::Accum;
use crate::panels::{Depth, Left, multiply, multiply_on};
use crate::plan::Plan;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::{Act, Dims, Scratch, View, ViewMut, Window, floats, floats_mut};

/// Chunks of tiles that are summed into the weights' gradient at a time; all tasks share them.
const CHUNKS: usize = 8;

/// Floats between one point's matrix and the next. Sizes are powers of two, and without a gap all
/// points of a tile would compete for the same few places in the cache.
const GAP: usize = 16;

/// Whether a convolution from x to y is one that this can do.
pub(crate) fn fits(x: Dims, win: Window) -> bool {
    win == Window { kernel: 4, stride: 2, pad: 1 } && x.1.is_multiple_of(4) && x.2.is_multiple_of(4)
}

/// Floats of a point's weights up to which tiles of 4 × 4 pay on pictures that have a single one.
const NEAR: usize = 1 << 17;

/// Whether tiles are 4 × 4, in a convolution from x to `c_out` channels. They save more, and their
/// transformed weights are 25/9 as many: too many to fetch for the few tiles of a small picture, once
/// they no longer fit into a cache.
pub(crate) fn is_four(x: Dims, c_out: usize) -> bool {
    let whole = x.1.is_multiple_of(8) && x.2.is_multiple_of(8);
    whole && (x.1 * x.2 >= 256 || 4 * x.3 * c_out <= NEAR)
}

/// Floats from one point's matrix of so many floats to the next.
fn pitch(len: usize) -> usize {
    len + GAP
}

/// The sizes of one pass with tiles of M × M and P × P points.
#[derive(Clone, Copy)]
struct Sizes<const M: usize, const P: usize> {
    grid: Grid<M>,
    c_in: usize,
    c_out: usize,
}

impl<const M: usize, const P: usize> Sizes<M, P> {
    fn of(x: Dims, y: Dims) -> Self {
        Self { grid: Grid { down: y.1 / M, across: y.2 / M }, c_in: x.3, c_out: y.3 }
    }

    /// Phases × channels in.
    fn depth(&self) -> usize {
        4 * self.c_in
    }

    /// Floats of U.
    fn weights(&self) -> usize {
        P * P * pitch(self.depth() * self.c_out)
    }

    /// Floats of V and of M for so many tiles.
    fn points(&self, tiles: usize) -> (usize, usize) {
        (P * P * pitch(tiles * self.depth()), P * P * pitch(tiles * self.c_out))
    }

    /// Floats that a task needs for a group of tiles: what lies outside of pictures, V and M.
    fn lane(&self, tiles: usize) -> usize {
        let (v, m) = self.points(tiles);
        self.border() + v + m
    }

    /// Floats of a pixel outside of pictures, up to the end of a cache line.
    fn border(&self) -> usize {
        self.c_in.next_multiple_of(GAP)
    }

    /// A group of so many tiles that V and M stay near, and yet U is not fetched too often. Measured:
    /// of 4 × 4, 16 are best between 32 and 64 channels, and 32 between more.
    fn plan(&self, n: usize) -> Plan {
        let tiles = if M == 2 { 64 } else { (self.c_in / 2).clamp(16, 32) };
        Plan::new(n, self.grid.tiles(), tiles, rayon::current_num_threads())
    }
}

/// Y = f(conv(X)); see [`crate::conv::forward`], whose contract this keeps.
pub(crate) fn forward(
    level: Level,
    x: View,
    w: &[f32],
    act: Act,
    y: ViewMut,
    scratch: &mut Scratch,
) {
    if is_four(x.dim(), y.dim().3) {
        forward_tiled::<Four, 4, 5>(level, x, w, act, y, scratch);
    } else {
        forward_tiled::<Two, 2, 3>(level, x, w, act, y, scratch);
    }
}

fn forward_tiled<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    x: View,
    w: &[f32],
    act: Act,
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

    y.axis_chunks_iter_mut(Axis(0), plan.span)
        .into_par_iter()
        .zip(x.axis_chunks_iter(Axis(0), plan.span))
        .zip(lanes.par_chunks_mut(lane))
        .for_each(|((y, x), lane)| {
            let tiling = PhantomData::<T>;
            dispatch(level, Forward { tiling, sizes, group: plan.group, x, u, act, y, lane });
        });
}

struct Forward<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    sizes: Sizes<M, P>,
    group: usize,
    x: View<'a>,
    u: &'a [f32],
    act: Act,
    y: ViewMut<'a>,
    lane: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for Forward<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let Sizes { grid, c_in, c_out } = self.sizes;
        let depth = self.sizes.depth();
        let groups = self.y.axis_chunks_iter_mut(Axis(0), self.group);
        for (x, y) in zip(self.x.axis_chunks_iter(Axis(0), self.group), groups) {
            let tiles = x.dim().0 * grid.tiles();
            let (v_len, m_len) = self.sizes.points(tiles);
            let (border, lane) = self.lane.split_at_mut(self.sizes.border());
            let (v, m) = lane[..v_len + m_len].split_at_mut(v_len);
            pixels::gather::<S, T, M, P>(simd, grid, floats(&x), c_in, border, v);
            let points = zip(v.chunks_exact(v_len / (P * P)), m.chunks_exact_mut(m_len / (P * P)));
            for ((v, m), u) in zip(points, self.u.chunks_exact(pitch(depth * c_out))) {
                let v = Left { data: v, rows: tiles, row: depth, depth: Depth::even(depth, 1) };
                let u = &u[..depth * c_out];
                multiply(simd, Accum::Replace, v, (u, c_out), &mut m[..tiles * c_out]);
            }
            let y = floats_mut(y);
            outputs::scatter::<S, T, M, P>(simd, grid, m, c_out, y);
            self.act.apply(y);
        }
    }
}

/// dX = f(convᵀ(dY)); see [`crate::conv::backward_input`].
pub(crate) fn backward_input(
    level: Level,
    dy: View,
    w: &[f32],
    act: Act,
    dx: ViewMut,
    scratch: &mut Scratch,
) {
    if is_four(dx.dim(), dy.dim().3) {
        backward_input_tiled::<Four, 4, 5>(level, dy, w, act, dx, scratch);
    } else {
        backward_input_tiled::<Two, 2, 3>(level, dy, w, act, dx, scratch);
    }
}

fn backward_input_tiled<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    dy: View,
    w: &[f32],
    act: Act,
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

    dx.axis_chunks_iter_mut(Axis(0), plan.span)
        .into_par_iter()
        .zip(dy.axis_chunks_iter(Axis(0), plan.span))
        .zip(lanes.par_chunks_mut(lane))
        .for_each(|((dx, dy), lane)| {
            let tiling = PhantomData::<T>;
            dispatch(
                level,
                BackwardInput { tiling, sizes, group: plan.group, dy, u, act, dx, lane },
            );
        });
}

struct BackwardInput<'a, T, const M: usize, const P: usize> {
    tiling: PhantomData<T>,
    sizes: Sizes<M, P>,
    group: usize,
    dy: View<'a>,
    u: &'a [f32],
    act: Act,
    dx: ViewMut<'a>,
    lane: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for BackwardInput<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let Sizes { grid, c_in, c_out } = self.sizes;
        let depth = self.sizes.depth();
        let groups = self.dx.axis_chunks_iter_mut(Axis(0), self.group);
        for (dy, dx) in zip(self.dy.axis_chunks_iter(Axis(0), self.group), groups) {
            let tiles = dy.dim().0 * grid.tiles();
            let (v_len, m_len) = self.sizes.points(tiles);
            let (border, lane) = self.lane.split_at_mut(self.sizes.border());
            let (v, m) = lane[..v_len + m_len].split_at_mut(v_len);
            outputs::gather::<S, T, M, P>(simd, grid, floats(&dy), c_out, Layout::Rows, m);
            let points = zip(m.chunks_exact(m_len / (P * P)), v.chunks_exact_mut(v_len / (P * P)));
            for ((m, v), u) in zip(points, self.u.chunks_exact(pitch(depth * c_out))) {
                let m = Left { data: m, rows: tiles, row: c_out, depth: Depth::even(c_out, 1) };
                let u = &u[..depth * c_out];
                multiply(simd, Accum::Replace, m, (u, depth), &mut v[..tiles * depth]);
            }
            let dx = floats_mut(dx);
            pixels::scatter::<S, T, M, P>(simd, grid, v, c_in, border, dx);
            self.act.apply(dx);
        }
    }
}

/// dW += the sums over tiles; see [`crate::conv::backward_weight`].
pub(crate) fn backward_weight(
    level: Level,
    x: View,
    dy: View,
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    if is_four(x.dim(), dy.dim().3) {
        backward_weight_tiled::<Four, 4, 5>(level, x, dy, dw, scratch);
    } else {
        backward_weight_tiled::<Two, 2, 3>(level, x, dy, dw, scratch);
    }
}

/// Chunks of pictures are transformed in parallel, several of them; then each point and phase of U
/// is summed over those chunks by one task, in their order.
fn backward_weight_tiled<T: Tiling<M, P>, const M: usize, const P: usize>(
    level: Level,
    x: View,
    dy: View,
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    let sizes = Sizes::<M, P>::of(x.dim(), dy.dim());
    let Sizes { grid, c_in, c_out } = sizes;
    let chunk = sizes.plan(x.dim().0).group;
    let lane = sizes.lane(chunk * grid.tiles());
    let weights = P * P * sizes.depth() * c_out;
    let (u, lanes) = scratch.take(weights + CHUNKS * lane).split_at_mut(weights);

    let span = CHUNKS * chunk;
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

/// Row `i` of the matrix that these are the columns of.
///
/// A loop, as everything that handles vectors here: what a closure does is compiled without the
/// instructions of the unit.
#[inline(always)]
fn across<S: Simd, const ROWS: usize, const COLS: usize>(
    simd: S,
    columns: &[[S::V; ROWS]; COLS],
    i: usize,
) -> [S::V; COLS] {
    let mut row = [simd.splat(0.0); COLS];
    for (v, column) in row.iter_mut().zip(columns) {
        *v = column[i];
    }
    row
}

/// Visits channels 0..c, as many at a time as there are lanes, and one at a time at the end.
macro_rules! for_channels {
    ($simd:ident, $c:expr, $f:ident<$t:ident, $m:ident, $p:ident>($($arg:expr),*)) => {
        let mut channel = 0;
        while channel + S::LANES <= $c {
            $f::<S, $t, $m, $p>($simd, channel, $($arg),*);
            channel += S::LANES;
        }
        while channel < $c {
            $f::<Single, $t, $m, $p>(Single, channel, $($arg),*);
            channel += 1;
        }
    };
}
use for_channels;
