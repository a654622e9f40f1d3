use std::iter::zip;

use super::pitch;

/// What a span of tiles is at its points, a lane for each group of them: of each point a matrix, a row
/// a tile.
#[derive(Clone, Copy)]
pub(super) struct Lanes<'a> {
    /// Those of the first groups, then those of the others.
    pub(super) data: [&'a [f32]; 2],
    /// Floats of a lane.
    pub(super) lane: usize,
    /// Tiles of a group; of the last one, what is left.
    pub(super) group: usize,
    /// Tiles of all groups.
    pub(super) tiles: usize,
    /// Columns of a matrix.
    pub(super) cols: usize,
}

impl<'a> Lanes<'a> {
    /// One point's matrix in each lane, with the number of its rows.
    pub(super) fn at(self, point: usize) -> impl Iterator<Item = (&'a [f32], usize)> {
        let firsts = (0..self.tiles).step_by(self.group);
        let [front, back] = self.data.map(|side| side.chunks_exact(self.lane));
        zip(front.chain(back), firsts).map(move |(lane, first)| {
            let rows = self.group.min(self.tiles - first);
            let len = rows * self.cols;
            (&lane[point * pitch(len)..][..len], rows)
        })
    }
}
