//! Where the tiles of a batch lie. A tile is 4 × 4 outputs, and the pixels that they see: in each of
//! the four phases 5 × 5 of them, two pixels apart.

use super::tiling::{POINTS, TILE};
use crate::near;

/// How the outputs of a picture are cut into tiles of 4 × 4.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub(super) down: usize,
    pub(super) across: usize,
}

/// Where a tile lies: in the picture `picture`, and there.
pub(super) struct Tile {
    pub(super) index: usize,
    picture: usize,
    down: usize,
    across: usize,
}

impl Tile {
    /// Brings the tile's picture near when it is the first one there, of pictures of so many floats.
    #[inline(always)]
    pub(super) fn bring(&self, pictures: &[f32], len: usize) {
        if (self.down, self.across) == (0, 0) {
            near::bring(&pictures[self.picture * len..][..len]);
        }
    }
}

impl Grid {
    /// Tiles of one picture.
    pub(super) fn tiles(self) -> usize {
        self.down * self.across
    }

    /// The tiles of so many pictures.
    pub(super) fn all(self, pictures: usize) -> impl Iterator<Item = Tile> {
        (0..pictures * self.tiles()).map(move |index| {
            let within = index % self.tiles();
            let (down, across) = (within / self.across, within % self.across);
            Tile { index, picture: index / self.tiles(), down, across }
        })
    }

    /// Floats of a picture of c channels that the convolution reads: 2M pixels down and across a
    /// tile.
    pub(super) fn pixels_of(self, c: usize) -> usize {
        4 * TILE * TILE * self.tiles() * c
    }

    /// Floats of a picture of c channels that the convolution writes.
    pub(super) fn outputs_of(self, c: usize) -> usize {
        TILE * TILE * self.tiles() * c
    }

    /// Where in the pictures at `x` the pixels of a tile and a phase begin; those outside are `border`.
    #[inline(always)]
    pub(super) fn pixels(
        self,
        x: *mut f32,
        border: *mut f32,
        tile: &Tile,
        phase: usize,
        c: usize,
    ) -> [[*mut f32; POINTS]; POINTS] {
        let (rows, cols) = (2 * TILE * self.down, 2 * TILE * self.across);
        let x = x.wrapping_add(tile.picture * self.pixels_of(c));
        let mut pixels = [[border; POINTS]; POINTS];
        for (a, pixels) in pixels.iter_mut().enumerate() {
            let row = (2 * (TILE * tile.down + a) + phase / 2).wrapping_sub(1);
            for (b, pixel) in pixels.iter_mut().enumerate() {
                let col = (2 * (TILE * tile.across + b) + phase % 2).wrapping_sub(1);
                let inside =
                    x.wrapping_add(row.wrapping_mul(cols).wrapping_add(col).wrapping_mul(c));
                *pixel = if row < rows && col < cols { inside } else { border };
            }
        }
        pixels
    }

    /// Where in the pictures, half as wide and high, the outputs of a tile begin.
    #[inline(always)]
    pub(super) fn outputs(self, tile: &Tile, c: usize) -> [[usize; TILE]; TILE] {
        let cols = TILE * self.across;
        let picture = tile.picture * self.outputs_of(c);
        let mut outputs = [[0; TILE]; TILE];
        for (i, outputs) in outputs.iter_mut().enumerate() {
            for (j, output) in outputs.iter_mut().enumerate() {
                *output = picture + ((TILE * tile.down + i) * cols + TILE * tile.across + j) * c;
            }
        }
        outputs
    }
}
