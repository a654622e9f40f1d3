//! The products at the interpolation points, (tiles × depth) · (depth × cols), with the weights on the
//! right.

use std::iter::zip;

use super::blocking::Blocking;
use super::pitch;
use super::tiling::POINTS;
use super::transformed_tiles::TransformedTiles;
use super::weight_transform::WeightTransform;
use super::weights::Weights;
use crate::gemm::panels::{Depth, Left, NR, multiply_with};
use crate::pool::{Buffers, Halves, parallel_for};
use crate::{Accum, BlockSizes, Isa};

/// The products of a pass.
#[derive(Clone, Copy)]
pub(super) struct Products {
    pub(super) isa: Isa,
    pub(super) blocks: BlockSizes,
    pub(super) blocking: Blocking,
    pub(super) weights: Weights,
}

/// The results of the products, for one group of a span: matrices in panels, one row for each tile, in the
/// order of the weights' panels.
#[derive(Clone, Copy)]
pub(super) struct Results<'a> {
    pub(super) data: &'a [f32],
    /// Tiles of the span.
    pub(super) tiles: usize,
    /// The first tile of the group.
    pub(super) first: usize,
}

impl Results<'_> {
    /// # Panics
    /// If the results do not have `tiles` tiles of the group in `matrices` matrices of `c` channels.
    pub(super) fn check(&self, matrices: usize, c: usize, tiles: usize) {
        let Self { data, tiles: all, first } = *self;
        assert!(first + tiles <= all, "{tiles} tiles from {first} on, of {all}");
        let floats = matrices * c.div_ceil(NR) * self.pitch(c);
        assert!(data.len() >= floats, "{matrices} matrices of {all} tiles by {c} channels");
    }

    /// Floats from a panel of one matrix of `c` channels to the same panel of the next.
    #[inline(always)]
    pub(super) fn pitch(&self, c: usize) -> usize {
        pitch(self.tiles * NR.min(c))
    }

    /// The index of a channel of a tile of the group in the first of `matrices` matrices of `c` channels.
    #[inline(always)]
    pub(super) fn place(&self, matrices: usize, c: usize, tile: usize, channel: usize) -> usize {
        let panel = channel / NR;
        let width = NR.min(c - panel * NR);
        panel * matrices * self.pitch(c) + (self.first + tile) * width + channel % NR
    }
}

impl Products {
    /// Whether the transformed weights fit into a cache.
    pub(super) fn fit_in_cache(&self) -> bool {
        self.all() <= self.blocks.kept_weights
    }

    /// Floats of all transformed weights.
    pub(super) fn all(&self) -> usize {
        self.weights.panels() * self.weights.panel()
    }

    /// Floats of a panel of results for `tiles` tiles.
    fn panel(&self, tiles: usize) -> usize {
        pitch(tiles * self.weights.width())
    }

    /// Floats of all results for `tiles` tiles.
    pub(super) fn results(&self, tiles: usize) -> usize {
        self.weights.panels() * self.panel(tiles)
    }

    /// Floats of the left operands of a group.
    pub(super) fn left(&self) -> usize {
        self.blocking.buffer(self.weights.depth())
    }

    /// Floats that a task needs.
    pub(super) fn task(&self) -> usize {
        let own = self.left() + self.results(self.blocking.tiles(self.blocking.group));
        let images = self.blocking.border() + if self.fit_in_cache() { own } else { 0 };
        images.max(WeightTransform::memory(self.weights))
    }

    /// Floats that a pass needs.
    pub(super) fn memory(&self) -> usize {
        let span = self.blocking.tiles(self.blocking.span);
        let whole = 2 * self.blocking.groups_in_half() * self.left() + self.results(span);
        self.blocking.tasks * self.task()
            + if self.fit_in_cache() { self.all_copies() } else { whole }
    }

    /// How many copies of U there are in either half of the memory. Where U is so small that computing it
    /// again costs less than fetching it from a remote cache, each half of the pool has its own.
    pub(super) fn copies(&self) -> [usize; 2] {
        [1, usize::from(self.blocking.tasks > 1 && self.all() <= self.blocks.copied_weights)]
    }

    /// Floats of all copies.
    pub(super) fn all_copies(&self) -> usize {
        self.copies().iter().sum::<usize>() * self.all()
    }

    /// Each copy of u ← all panels of the transformed weights.
    pub(super) fn transform_weights(self, w: &[f32], u: &mut Halves, buffers: Buffers) {
        let Self { isa, weights, .. } = self;
        let places = weights.panels() / POINTS;
        let rows = u.chunks(POINTS * weights.panel());
        let transforms = buffers.map(|memory| WeightTransform::new(isa, weights, w, memory));
        parallel_for(rows.enumerate(), transforms, |(index, row), transform| {
            let (halfway, _) = transform.at(weights.place(index % places));
            for (j, u) in row.chunks_mut(weights.panel()).enumerate() {
                halfway.across(j, u);
            }
        });
    }

    /// results ← left · U, given all of U.
    pub(super) fn multiply_all(self, left: TransformedTiles, u: &[f32], results: &mut [f32]) {
        let Self { isa, weights, .. } = self;
        let panels = zip(u.chunks(weights.panel()), results.chunks_mut(self.panel(left.tiles)));
        for (index, (u, results)) in panels.enumerate() {
            let place = weights.place(index / POINTS);
            let width = weights.width_at(place);
            let u = (&u[..weights.depth() * width], width);
            multiply(isa, left, place.i * POINTS + index % POINTS, u, results);
        }
    }

    /// results ← left · U, computing one panel of U at a time.
    pub(super) fn multiply_by_panel(
        self,
        left: TransformedTiles,
        w: &[f32],
        results: &mut [f32],
        buffers: Buffers,
    ) {
        let Self { isa, weights, .. } = self;
        let panel = self.panel(left.tiles);
        let transforms = buffers.map(|memory| WeightTransform::new(isa, weights, w, memory));
        parallel_for(
            results.chunks_mut(POINTS * panel).enumerate(),
            transforms,
            |(index, results), transform| {
                let place = weights.place(index);
                let (halfway, u) = transform.at(place);
                for (j, results) in results.chunks_mut(panel).enumerate() {
                    let u = (halfway.across(j, u), weights.width_at(place));
                    multiply(isa, left, place.i * POINTS + j, u, results);
                }
            },
        );
    }
}

/// result ← left · u, at one point, for a panel u of `width` columns.
fn multiply(
    isa: Isa,
    left: TransformedTiles,
    point: usize,
    (u, width): (&[f32], usize),
    result: &mut [f32],
) {
    let mut rest = result;
    for (data, rows) in left.at(point) {
        let own;
        (own, rest) = rest.split_at_mut(rows * width);
        let left = Left { data, rows, row: left.cols, depth: Depth::contiguous(left.cols) };
        multiply_with(isa, Accum::Overwrite, left, (u, width), own);
    }
}
