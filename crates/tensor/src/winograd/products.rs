//! The products at the points, (tiles × depth) · (depth × cols), with the weights on the right.

use std::iter::zip;

use super::cut::Cut;
use super::lanes::Lanes;
use super::making::Maker;
use super::pitch;
use super::tiling::POINTS;
use super::weights::Weights;
use crate::gemm::Accum;
use crate::panels::{Depth, Left, PANEL, multiply_on};
use crate::plan::share;
use crate::sides::{Pieces, Sides};
use crate::simd::Level;

/// Floats of transformed weights that fit into a cache beside what else there is. Measured: at fewer,
/// to make them once is faster; at this many there is little between the two orders.
const NEAR: usize = 1 << 20;

/// Floats of transformed weights that are made twice. Measured: at four times as many it costs 1 % where cores
/// are near, and gains nothing where they are far.
const SMALL: usize = 1 << 18;

/// The products of a pass.
#[derive(Clone, Copy)]
pub(super) struct Products {
    pub(super) level: Level,
    pub(super) cut: Cut,
    pub(super) weights: Weights,
}

/// What products come to, for one group of a span: matrices in panels, a row a tile, which follow each
/// other as the weights' panels do.
#[derive(Clone, Copy)]
pub(super) struct Results<'a> {
    pub(super) data: &'a [f32],
    /// Tiles of the span.
    pub(super) tiles: usize,
    /// The first tile of the group.
    pub(super) first: usize,
}

impl Results<'_> {
    /// Sees that the results are there for so many tiles of the group, in `matrices` matrices of `c`
    /// channels.
    pub(super) fn check(&self, matrices: usize, c: usize, tiles: usize) {
        let Self { data, tiles: all, first } = *self;
        assert!(first + tiles <= all, "{tiles} tiles from {first} on, of {all}");
        let floats = matrices * c.div_ceil(PANEL) * self.pitch(c);
        assert!(data.len() >= floats, "{matrices} matrices of {all} tiles by {c} channels");
    }

    /// Floats from a panel of one matrix of `c` channels to the same panel of the next.
    #[inline(always)]
    pub(super) fn pitch(&self, c: usize) -> usize {
        pitch(self.tiles * PANEL.min(c))
    }

    /// Where in the first of `matrices` matrices of `c` channels a channel of a tile of the group lies.
    #[inline(always)]
    pub(super) fn place(&self, matrices: usize, c: usize, tile: usize, channel: usize) -> usize {
        let panel = channel / PANEL;
        let width = PANEL.min(c - panel * PANEL);
        panel * matrices * self.pitch(c) + (self.first + tile) * width + channel % PANEL
    }
}

impl Products {
    /// Whether the transformed weights fit into a cache.
    pub(super) fn are_near(&self) -> bool {
        self.all() <= NEAR
    }

    /// Floats of all transformed weights.
    pub(super) fn all(&self) -> usize {
        self.weights.panels() * self.weights.panel()
    }

    /// Floats of a panel of results for so many tiles.
    fn panel(&self, tiles: usize) -> usize {
        pitch(tiles * self.weights.width())
    }

    /// Floats of all results for so many tiles.
    pub(super) fn results(&self, tiles: usize) -> usize {
        self.weights.panels() * self.panel(tiles)
    }

    /// Floats of the left operands of a group.
    pub(super) fn lane(&self) -> usize {
        self.cut.lane(self.weights.depth())
    }

    /// Floats that a task needs.
    pub(super) fn task(&self) -> usize {
        let own = self.lane() + self.results(self.cut.tiles(self.cut.group));
        let pictures = self.cut.border() + if self.are_near() { own } else { 0 };
        pictures.max(Maker::memory(self.weights))
    }

    /// Floats that a pass needs.
    pub(super) fn memory(&self) -> usize {
        let span = self.cut.tiles(self.cut.span);
        let whole = 2 * self.cut.aside() * self.lane() + self.results(span);
        self.cut.tasks * self.task() + if self.are_near() { self.all_copies() } else { whole }
    }

    /// How often all of U is there on either side. Where it is so small that to make it again costs less than
    /// to fetch it from a cache that is far away, each half of the pool has its own.
    pub(super) fn copies(&self) -> [usize; 2] {
        [1, usize::from(self.cut.tasks > 1 && self.all() <= SMALL)]
    }

    /// Floats of all copies.
    pub(super) fn all_copies(&self) -> usize {
        self.copies().iter().sum::<usize>() * self.all()
    }

    /// Each copy of u ← all panels of the weights.
    pub(super) fn make_all(self, w: &[f32], u: &mut Sides, lanes: Pieces) {
        let Self { level, weights, .. } = self;
        let places = weights.panels() / POINTS;
        let rows = u.cut(POINTS * weights.panel());
        let makers = lanes.map(|memory| Maker::new(level, weights, w, memory));
        share(rows.enumerate(), makers, |(index, row), maker| {
            let (halfway, _) = maker.at(weights.place(index % places));
            for (j, u) in row.chunks_mut(weights.panel()).enumerate() {
                halfway.across(j, u);
            }
        });
    }

    /// results ← left · U, with all of U at hand.
    pub(super) fn with_all(self, left: Lanes, u: &[f32], results: &mut [f32]) {
        let Self { level, weights, .. } = self;
        let panels = zip(u.chunks(weights.panel()), results.chunks_mut(self.panel(left.tiles)));
        for (index, (u, results)) in panels.enumerate() {
            let place = weights.place(index / POINTS);
            let width = weights.width_at(place);
            let u = (&u[..weights.depth() * width], width);
            multiply(level, left, place.i * POINTS + index % POINTS, u, results);
        }
    }

    /// results ← left · U, with a panel of U at a time.
    pub(super) fn with_panels(self, left: Lanes, w: &[f32], results: &mut [f32], lanes: Pieces) {
        let Self { level, weights, .. } = self;
        let panel = self.panel(left.tiles);
        let makers = lanes.map(|memory| Maker::new(level, weights, w, memory));
        share(results.chunks_mut(POINTS * panel).enumerate(), makers, |(index, results), maker| {
            let place = weights.place(index);
            let (halfway, u) = maker.at(place);
            for (j, results) in results.chunks_mut(panel).enumerate() {
                let u = (halfway.across(j, u), weights.width_at(place));
                multiply(level, left, place.i * POINTS + j, u, results);
            }
        });
    }
}

/// result ← left · u, of what tiles are at one point and a panel u of so many columns.
fn multiply(
    level: Level,
    left: Lanes,
    point: usize,
    (u, width): (&[f32], usize),
    result: &mut [f32],
) {
    let mut rest = result;
    for (data, rows) in left.at(point) {
        let own;
        (own, rest) = rest.split_at_mut(rows * width);
        let left = Left { data, rows, row: left.cols, depth: Depth::even(left.cols, 1) };
        multiply_on(level, Accum::Replace, left, (u, width), own);
    }
}
