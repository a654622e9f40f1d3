//! 4×4 convolutions of stride 2 and padding 1 with 9/16 of the multiplications: Winograd's minimal
//! filtering F(2×2, 2×2) (Lavin & Gray 2015, arXiv:1509.09308) on the four phases of the picture.
//!
//! Along one side, the window i reads the pixels 2i−1 … 2i+2. Call X₀[m] = x[2m−1] and
//! X₁[m] = x[2m]: then y[i] = Σ_π w[π]·X_π[i] + w[2+π]·X_π[i+1], two plain filters of two taps. Two
//! neighbouring outputs of such a filter g on d₀ d₁ d₂ take three products instead of four:
//!
//! ```text
//! m₀ = (d₀ − d₁)·g₀      m₁ = d₁·(g₀ + g₁)      m₂ = (d₁ − d₂)·g₁
//! y₀ = d₀g₀ + d₁g₁ = m₀ + m₁                    y₁ = d₁g₀ + d₂g₁ = m₁ − m₂
//! ```
//!
//! In two dimensions a *tile* of 2 × 2 outputs takes 9 products of each channel in each phase where
//! the direct form takes 16. The 9 *points* are independent of each other, the 4 phases add up: so a
//! point is a matrix product over all tiles, whose depth is phases × channels.
//!
//! | pass | product at each point | before | after |
//! |---|---|---|---|
//! | [`forward`] | M (tiles×O) = V (tiles×4C) · U (4C×O) | V from x | y from M |
//! | [`backward_input`] | V (tiles×4C) = M (tiles×O) · Uᵀ (O×4C) | M from dy | dx from V |
//! | [`backward_weight`] | U (4C×O) = Vᵀ (4C×tiles) · M (tiles×O) | V from x, M from dy | dw from U |
//!
//! The three are adjoint to each other as the passes are, and so are their transforms; all of these
//! are additions only, and lose next to no precision.

mod tiles;
mod weights;

use std::iter::zip;

use ndarray::Axis;
use rayon::prelude::*;

use self::tiles::{Grid, Layout, gather, gather_gradient, scatter, scatter_gradient};
use crate::gemm::Accum;
use crate::panels::{Left, multiply, multiply_on};
use crate::plan::Plan;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::{Act, Dims, Scratch, View, ViewMut, Window, floats, floats_mut};

/// Products for each tile, phase and channel.
const POINTS: usize = 9;

/// Tiles that a task works on at a time: what they are transformed into should stay in a core's
/// second-level cache.
const TILES: usize = 64;

/// Chunks of so many tiles that are summed into the weights' gradient at a time; all tasks share them.
const CHUNKS: usize = 8;

/// Whether a convolution from x to y is one that this can do.
pub(crate) fn fits(x: Dims, win: Window) -> bool {
    win == Window { kernel: 4, stride: 2, pad: 1 } && x.1.is_multiple_of(4) && x.2.is_multiple_of(4)
}

/// The sizes of one pass.
#[derive(Clone, Copy)]
struct Sizes {
    grid: Grid,
    c_in: usize,
    c_out: usize,
}

impl Sizes {
    fn of(x: Dims, y: Dims) -> Self {
        Self { grid: Grid { down: y.1 / 2, across: y.2 / 2 }, c_in: x.3, c_out: y.3 }
    }

    /// Phases × channels in.
    fn depth(&self) -> usize {
        4 * self.c_in
    }

    /// Floats of U.
    fn weights(&self) -> usize {
        POINTS * self.depth() * self.c_out
    }

    /// Floats that a group of tiles is transformed into: V and M.
    fn lane(&self, tiles: usize) -> usize {
        POINTS * tiles * (self.depth() + self.c_out)
    }

    fn plan(&self, n: usize) -> Plan {
        Plan::new(n, self.grid.tiles(), TILES, rayon::current_num_threads())
    }
}

/// Y = f(conv(X)); see [`crate::conv::forward`], whose contract this keeps.
pub(crate) fn forward(
    level: Level,
    x: View,
    w: &[f32],
    act: Act,
    mut y: ViewMut,
    scratch: &mut Scratch,
) {
    let sizes = Sizes::of(x.dim(), y.dim());
    let plan = sizes.plan(x.dim().0);
    let lane = sizes.lane(plan.group * sizes.grid.tiles());
    let (u, lanes) =
        scratch.take(sizes.weights() + plan.tasks * lane).split_at_mut(sizes.weights());
    weights::transform(w, sizes.c_in, sizes.c_out, u);
    let u = &*u;

    y.axis_chunks_iter_mut(Axis(0), plan.span)
        .into_par_iter()
        .zip(x.axis_chunks_iter(Axis(0), plan.span))
        .zip(lanes.par_chunks_mut(lane))
        .for_each(|((y, x), lane)| {
            dispatch(level, Forward { sizes, group: plan.group, x, u, act, y, lane });
        });
}

struct Forward<'a> {
    sizes: Sizes,
    group: usize,
    x: View<'a>,
    u: &'a [f32],
    act: Act,
    y: ViewMut<'a>,
    lane: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let Sizes { grid, c_in, c_out } = self.sizes;
        let depth = self.sizes.depth();
        let groups = self.y.axis_chunks_iter_mut(Axis(0), self.group);
        for (x, y) in zip(self.x.axis_chunks_iter(Axis(0), self.group), groups) {
            let tiles = x.dim().0 * grid.tiles();
            let (v, rest) = self.lane.split_at_mut(POINTS * tiles * depth);
            let m = &mut rest[..POINTS * tiles * c_out];
            gather(simd, grid, floats(&x), c_in, v);
            let points = zip(v.chunks_exact(tiles * depth), m.chunks_exact_mut(tiles * c_out));
            for ((v, m), u) in zip(points, self.u.chunks_exact(depth * c_out)) {
                let v = Left { data: v, rows: tiles, row: depth, step: 1 };
                multiply(simd, Accum::Replace, v, (u, depth, c_out), m);
            }
            let y = floats_mut(y);
            scatter(simd, grid, m, c_out, y);
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
    mut dx: ViewMut,
    scratch: &mut Scratch,
) {
    let sizes = Sizes::of(dx.dim(), dy.dim());
    let plan = sizes.plan(dx.dim().0);
    let lane = sizes.lane(plan.group * sizes.grid.tiles());
    let total = w.len() + sizes.weights() + plan.tasks * lane;
    let (transposed, rest) = scratch.take(total).split_at_mut(w.len());
    let (u, lanes) = rest.split_at_mut(sizes.weights());
    weights::transform_transposed(w, sizes.c_in, sizes.c_out, transposed, u);
    let u = &*u;

    dx.axis_chunks_iter_mut(Axis(0), plan.span)
        .into_par_iter()
        .zip(dy.axis_chunks_iter(Axis(0), plan.span))
        .zip(lanes.par_chunks_mut(lane))
        .for_each(|((dx, dy), lane)| {
            dispatch(level, BackwardInput { sizes, group: plan.group, dy, u, act, dx, lane });
        });
}

struct BackwardInput<'a> {
    sizes: Sizes,
    group: usize,
    dy: View<'a>,
    u: &'a [f32],
    act: Act,
    dx: ViewMut<'a>,
    lane: &'a mut [f32],
}

impl Kernel for BackwardInput<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let Sizes { grid, c_in, c_out } = self.sizes;
        let depth = self.sizes.depth();
        let groups = self.dx.axis_chunks_iter_mut(Axis(0), self.group);
        for (dy, dx) in zip(self.dy.axis_chunks_iter(Axis(0), self.group), groups) {
            let tiles = dy.dim().0 * grid.tiles();
            let (v, rest) = self.lane.split_at_mut(POINTS * tiles * depth);
            let m = &mut rest[..POINTS * tiles * c_out];
            gather_gradient(simd, grid, floats(&dy), c_out, Layout::Rows, m);
            let points = zip(m.chunks_exact(tiles * c_out), v.chunks_exact_mut(tiles * depth));
            for ((m, v), u) in zip(points, self.u.chunks_exact(depth * c_out)) {
                let m = Left { data: m, rows: tiles, row: c_out, step: 1 };
                multiply(simd, Accum::Replace, m, (u, c_out, depth), v);
            }
            let dx = floats_mut(dx);
            scatter_gradient(simd, grid, v, c_in, dx);
            self.act.apply(dx);
        }
    }
}

/// dW += the sums over tiles; see [`crate::conv::backward_weight`].
///
/// Chunks of pictures are transformed in parallel, several of them; then each point and phase of U
/// is summed over those chunks by one task, in their order.
pub(crate) fn backward_weight(
    level: Level,
    x: View,
    dy: View,
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    let sizes = Sizes::of(x.dim(), dy.dim());
    let Sizes { grid, c_in, c_out } = sizes;
    let chunk = sizes.plan(x.dim().0).group;
    let lane = sizes.lane(chunk * grid.tiles());
    let (u, lanes) = scratch.take(sizes.weights() + CHUNKS * lane).split_at_mut(sizes.weights());
    u.fill(0.0);

    let span = CHUNKS * chunk;
    for (x, dy) in zip(x.axis_chunks_iter(Axis(0), span), dy.axis_chunks_iter(Axis(0), span)) {
        x.axis_chunks_iter(Axis(0), chunk)
            .into_par_iter()
            .zip(dy.axis_chunks_iter(Axis(0), chunk))
            .zip(lanes.par_chunks_mut(lane))
            .for_each(|((x, dy), lane)| dispatch(level, Points { sizes, x, dy, lane }));
        let pictures = x.dim().0;
        u.par_chunks_mut(c_in * c_out).enumerate().for_each(|(i, u)| {
            let (point, phase) = (i / 4, i % 4);
            for (i, lane) in lanes.chunks(lane).take(pictures.div_ceil(chunk)).enumerate() {
                let tiles = chunk.min(pictures - i * chunk) * grid.tiles();
                let (v, m) = lane.split_at(POINTS * tiles * sizes.depth());
                let v = &v[point * tiles * sizes.depth()..][..tiles * sizes.depth()];
                let v = Left { data: &v[phase * c_in..], rows: c_in, row: 1, step: sizes.depth() };
                let m = &m[point * tiles * c_out..][..tiles * c_out];
                multiply_on(level, Accum::Add, v, (m, tiles, c_out), u);
            }
        });
    }
    weights::add_gradient(u, c_in, c_out, dw);
}

/// A chunk's V and M, the latter in panels.
struct Points<'a> {
    sizes: Sizes,
    x: View<'a>,
    dy: View<'a>,
    lane: &'a mut [f32],
}

impl Kernel for Points<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Sizes { grid, c_in, c_out } = self.sizes;
        let tiles = self.x.dim().0 * grid.tiles();
        let (v, rest) = self.lane.split_at_mut(POINTS * tiles * self.sizes.depth());
        gather(simd, grid, floats(&self.x), c_in, v);
        let m = &mut rest[..POINTS * tiles * c_out];
        gather_gradient(simd, grid, floats(&self.dy), c_out, Layout::Panels, m);
    }
}
