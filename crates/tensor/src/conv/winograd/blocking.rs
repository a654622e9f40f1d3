//! How a batch is divided: into *groups* of images, which one task transforms, and those into *spans*,
//! whose products are computed together.

use std::ops::Range;

use super::grid::Grid;
use super::tiling::{POINTS, TILE};
use super::transformed_tiles::TransformedTiles;
use super::{GAP, pitch};
use crate::BlockSizes;
use crate::conv::problem::Problem;
use crate::pool::{Halves, split_count};

/// Tiles of a group that is summed over: the depth of a product, KC in BLIS.
const SUM_TILES: usize = 64;

/// The most floats of V and M in a span that is summed over.
const SUM_SPAN: usize = 5 << 19;

/// Tiles from which it pays to sum the two halves of a batch separately. Measured: a lower limit would be
/// faster where two cores do not share their last-level cache, and slower by more than that where they do.
const MIN_TILES_IN_HALVES: usize = 256;

/// The sizes of one pass, and how its batch is divided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocking {
    pub(super) grid: Grid,
    pub(super) c_in: usize,
    pub(super) c_out: usize,
    /// Images of a group; the last one may have fewer.
    pub(super) group: usize,
    /// Images of a span, whole groups; the last one may have fewer.
    pub(super) span: usize,
    /// Tasks that share the work.
    pub(super) tasks: usize,
}

impl Blocking {
    /// The blocking of a pass that sums over channels. Its results do not depend on how the batch is divided,
    /// so that suits the caches and the threads: one thread processes a group.
    pub(super) fn of_images(conv: &Problem) -> Self {
        let BlockSizes { group_tiles, span_floats, .. } = conv.blocks;
        Self::new(conv, group_tiles, span_floats, rayon::current_num_threads().max(2))
    }

    /// The blocking of the pass that sums over the batch. It follows from the geometry alone, and so does the
    /// order of the sums.
    pub(super) fn of_sums(conv: &Problem) -> Self {
        Self::new(conv, SUM_TILES, SUM_SPAN, 2)
    }

    /// Groups of about `tiles` tiles, at least `groups` of them if there are as many images, in spans of about
    /// `floats` floats of V and M.
    fn new(conv: &Problem, tiles: usize, floats: usize, groups: usize) -> Self {
        let (n, c_in, c_out) = (conv.n().max(1), conv.c_in(), conv.c_out());
        let (down, across) = conv.windows();
        let grid = Grid { down: down / TILE, across: across / TILE };
        let group = (tiles / grid.tiles()).clamp(1, n.div_ceil(groups));
        let own = POINTS * POINTS * group * grid.tiles() * (4 * c_in + c_out);
        let span = ((floats / own).max(1) * group).min(n);
        Self { grid, c_in, c_out, group, span, tasks: rayon::current_num_threads() }
    }

    /// Parts in which n images are summed: two halves, or one if there are too few tiles for that.
    pub(super) fn parts(&self, n: usize) -> usize {
        if self.tiles(n) < MIN_TILES_IN_HALVES { 1 } else { 2 }
    }

    /// The spans of n images, each as its images of the first and of the second part of the batch, which
    /// [`crate::pool::parallel_for`] gives to different threads. Those of the first part are whole groups,
    /// unless there is no second part.
    pub(super) fn spans(&self, n: usize) -> impl Iterator<Item = [Range<usize>; 2]> {
        let parts = self.parts(n);
        let middle = if parts == 1 { n } else { n / 2 / self.group * self.group };
        let step = (self.span / parts / self.group).max(1) * self.group;
        let within = move |start: usize, end: usize, i: usize| {
            (start + i * step).min(end)..(start + (i + 1) * step).min(end)
        };
        (0..)
            .map(move |i| [within(0, middle, i), within(middle, n, i)])
            .take_while(|parts| parts.iter().any(|part| !part.is_empty()))
    }

    /// The groups of a span.
    pub(super) fn groups(
        &self,
        [first, second]: &[Range<usize>; 2],
    ) -> impl DoubleEndedIterator<Item = Range<usize>> + ExactSizeIterator {
        let (group, groups) = (self.group, first.len().div_ceil(self.group));
        let (first, second) = (first.clone(), second.clone());
        (0..groups + second.len().div_ceil(group)).map(move |i| {
            let (i, part) = if i < groups { (i, &first) } else { (i - groups, &second) };
            part.start + i * group..(part.start + (i + 1) * group).min(part.end)
        })
    }

    /// Tiles of `images` images.
    pub(super) fn tiles(&self, images: usize) -> usize {
        images * self.grid.tiles()
    }

    /// Floats of a pixel outside of the images, rounded up to a cache line.
    pub(super) fn border(&self) -> usize {
        self.c_in.next_multiple_of(GAP)
    }

    /// Floats of a group's matrices of `cols` columns, one for each point.
    pub(super) fn buffer(&self, cols: usize) -> usize {
        POINTS * POINTS * pitch(self.tiles(self.group) * cols)
    }

    /// The most groups of a span that have their buffers in one half of the memory.
    pub(super) fn groups_in_half(&self) -> usize {
        self.span.div_ceil(self.group).div_ceil(2)
    }

    /// How many groups of a span have their buffers in either half: those of its two parts, or half of
    /// those of its only part each.
    pub(super) fn counts(&self, [first, second]: &[Range<usize>; 2]) -> [usize; 2] {
        let counts = [first, second].map(|part| part.len().div_ceil(self.group));
        if counts[1] == 0 { split_count(counts[0]) } else { counts }
    }

    /// The tiles of each part of a span, where [`Self::counts`] has put them.
    pub(super) fn tiles_of_parts<'a>(
        &self,
        halves: &'a Halves,
        parts: &[Range<usize>; 2],
        cols: usize,
    ) -> [TransformedTiles<'a>; 2] {
        let [first, second] = parts.each_ref().map(|part| part.len());
        if second == 0 {
            return [self.tiles_of(halves, first, cols), self.tiles_of(halves, 0, cols)];
        }
        let [front, back] = halves.as_slices();
        [self.tiles_in([front, &[]], first, cols), self.tiles_in([back, &[]], second, cols)]
    }

    /// The tiles of `images` images, with half of their groups in either half of the memory.
    pub(super) fn tiles_of<'a>(
        &self,
        halves: &'a Halves,
        images: usize,
        cols: usize,
    ) -> TransformedTiles<'a> {
        let [front, back] = halves.as_slices();
        let [first, _] = split_count(images.div_ceil(self.group));
        self.tiles_in([&front[..first * self.buffer(cols)], back], images, cols)
    }

    /// The tiles of one group of `images` images.
    pub(super) fn tiles_of_group<'a>(
        &self,
        buffer: &'a [f32],
        images: usize,
        cols: usize,
    ) -> TransformedTiles<'a> {
        self.tiles_in([buffer, &[]], images, cols)
    }

    fn tiles_in<'a>(
        &self,
        data: [&'a [f32]; 2],
        images: usize,
        cols: usize,
    ) -> TransformedTiles<'a> {
        let (group, tiles) = (self.tiles(self.group), self.tiles(images));
        TransformedTiles { data, buffer: self.buffer(cols), group, tiles, cols }
    }
}

#[cfg(test)]
mod tests;
