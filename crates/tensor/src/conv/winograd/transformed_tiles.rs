use std::iter::zip;

use super::pitch;

/// Tiles in the transform domain: a buffer for each group of images, with a matrix for each interpolation
/// point, one row for each tile.
#[derive(Clone, Copy)]
pub(super) struct TransformedTiles<'a> {
    /// The buffers of the first groups, then those of the others.
    pub(super) data: [&'a [f32]; 2],
    /// Floats of a buffer.
    pub(super) buffer: usize,
    /// Tiles of a group; the last one may have fewer.
    pub(super) group: usize,
    /// Tiles of all groups.
    pub(super) tiles: usize,
    /// Columns of a matrix.
    pub(super) cols: usize,
}

impl<'a> TransformedTiles<'a> {
    /// The matrix of one point in each buffer, with the number of its rows.
    pub(super) fn at(self, point: usize) -> impl Iterator<Item = (&'a [f32], usize)> {
        let firsts = (0..self.tiles).step_by(self.group);
        let [front, back] = self.data.map(|half| half.chunks_exact(self.buffer));
        zip(front.chain(back), firsts).map(move |(buffer, first)| {
            let rows = self.group.min(self.tiles - first);
            let len = rows * self.cols;
            (&buffer[point * pitch(len)..][..len], rows)
        })
    }
}
