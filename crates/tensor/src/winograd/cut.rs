//! How a batch is cut: into *groups* of pictures, which one task transforms, and those into *spans*,
//! whose products are done together.

use std::ops::Range;

use super::grid::Grid;
use super::lanes::Lanes;
use super::tiling::{POINTS, TILE};
use super::{GAP, pitch};
use crate::Dims;
use crate::sides::{Sides, halves};

/// Floats of V and M that a span may have: more, and they would no longer stay in the last cache.
const SPAN: usize = 5 << 19;

/// Tiles from which on it pays that threads sum over halves of a batch apart. Measured: fewer would be faster
/// where two cores do not share their last cache, and slower by more than that where they do.
const HALVES: usize = 256;

/// The sizes of one pass with tiles of 4 × 4 and 5 × 5 points, and how its batch is cut. All of it
/// follows from the geometry alone, so the result does not depend on the number of threads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub(super) grid: Grid,
    pub(super) c_in: usize,
    pub(super) c_out: usize,
    /// Pictures of a group; the last one may have fewer.
    pub(super) group: usize,
    /// Pictures of a span, whole groups; the last one may have fewer.
    pub(super) span: usize,
    /// Tasks that share the work.
    pub(super) tasks: usize,
}

impl Cut {
    /// A cut into groups of about so many tiles, of half a batch at most: a group is one thread's.
    pub(super) fn new(x: Dims, y: Dims, tiles: usize) -> Self {
        let (n, c_in, c_out) = (x.0.max(1), x.3, y.3);
        let grid = Grid { down: y.1 / TILE, across: y.2 / TILE };
        let group = (tiles / grid.tiles()).clamp(1, n.div_ceil(2));
        let floats = POINTS * POINTS * group * grid.tiles() * (4 * c_in + c_out);
        let span = ((SPAN / floats).max(1) * group).min(n);
        Self { grid, c_in, c_out, group, span, tasks: rayon::current_num_threads() }
    }

    /// Parts that n pictures are summed in: two halves, or one where there are too few tiles for that.
    pub(super) fn parts(&self, n: usize) -> usize {
        if self.tiles(n) < HALVES { 1 } else { 2 }
    }

    /// The spans of n pictures, each as what it takes of the first part of the batch and of the second,
    /// which [`crate::plan::share`] leaves to different threads. Of the first part they are whole groups,
    /// unless there is no second.
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

    /// Tiles of so many pictures.
    pub(super) fn tiles(&self, pictures: usize) -> usize {
        pictures * self.grid.tiles()
    }

    /// Floats of a pixel outside of pictures, up to the end of a cache line.
    pub(super) fn border(&self) -> usize {
        self.c_in.next_multiple_of(GAP)
    }

    /// Floats of a group's matrices of so many columns, one for each point.
    pub(super) fn lane(&self, cols: usize) -> usize {
        POINTS * POINTS * pitch(self.tiles(self.group) * cols)
    }

    /// The most groups of a span that have their lanes on one side.
    pub(super) fn aside(&self) -> usize {
        self.span.div_ceil(self.group).div_ceil(2)
    }

    /// How many groups of a span have them on either side: those of its two parts, or half of the one's.
    pub(super) fn counts(&self, [first, second]: &[Range<usize>; 2]) -> [usize; 2] {
        let counts = [first, second].map(|part| part.len().div_ceil(self.group));
        if counts[1] == 0 { halves(counts[0]) } else { counts }
    }

    /// The lanes of a span, of which so many are on either side: of each of its parts.
    pub(super) fn over_parts<'a>(
        &self,
        sides: &'a Sides,
        parts: &[Range<usize>; 2],
        cols: usize,
    ) -> [Lanes<'a>; 2] {
        let [first, second] = parts.each_ref().map(|part| part.len());
        if second == 0 {
            return [self.over(sides, first, cols), self.over(sides, 0, cols)];
        }
        let [front, back] = sides.both();
        [self.of([front, &[]], first, cols), self.of([back, &[]], second, cols)]
    }

    /// The lanes of so many pictures, half of them on either side.
    pub(super) fn over<'a>(&self, sides: &'a Sides, pictures: usize, cols: usize) -> Lanes<'a> {
        let [front, back] = sides.both();
        let [first, _] = halves(pictures.div_ceil(self.group));
        self.of([&front[..first * self.lane(cols)], back], pictures, cols)
    }

    /// The lane of one group of so many pictures.
    pub(super) fn one<'a>(&self, lane: &'a [f32], pictures: usize, cols: usize) -> Lanes<'a> {
        self.of([lane, &[]], pictures, cols)
    }

    /// The lanes in `data`, of so many pictures.
    fn of<'a>(&self, data: [&'a [f32]; 2], pictures: usize, cols: usize) -> Lanes<'a> {
        let (group, tiles) = (self.tiles(self.group), self.tiles(pictures));
        Lanes { data, lane: self.lane(cols), group, tiles, cols }
    }
}

#[cfg(test)]
mod tests;
