//! Where the tiles of a batch lie. A tile is M × M outputs, and the pixels that they see: in each of
//! the four phases P × P of them, two pixels apart.

use crate::near;

/// How the outputs of a picture are cut into tiles of M × M.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid<const M: usize> {
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

impl<const M: usize> Grid<M> {
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
        4 * M * M * self.tiles() * c
    }

    /// Floats of a picture of c channels that the convolution writes.
    pub(super) fn outputs_of(self, c: usize) -> usize {
        M * M * self.tiles() * c
    }

    /// Where in the pictures at `x` the pixels of a tile and a phase begin; those outside are `border`.
    #[inline(always)]
    pub(super) fn pixels<const P: usize>(
        self,
        x: *mut f32,
        border: *mut f32,
        tile: &Tile,
        phase: usize,
        c: usize,
    ) -> [[*mut f32; P]; P] {
        let (rows, cols) = (2 * M * self.down, 2 * M * self.across);
        let x = x.wrapping_add(tile.picture * self.pixels_of(c));
        let mut pixels = [[border; P]; P];
        for (a, pixels) in pixels.iter_mut().enumerate() {
            let row = (2 * (M * tile.down + a) + phase / 2).wrapping_sub(1);
            for (b, pixel) in pixels.iter_mut().enumerate() {
                let col = (2 * (M * tile.across + b) + phase % 2).wrapping_sub(1);
                let inside =
                    x.wrapping_add(row.wrapping_mul(cols).wrapping_add(col).wrapping_mul(c));
                *pixel = if row < rows && col < cols { inside } else { border };
            }
        }
        pixels
    }

    /// Where in the pictures, half as wide and high, the outputs of a tile begin.
    #[inline(always)]
    pub(super) fn outputs(self, tile: &Tile, c: usize) -> [[usize; M]; M] {
        let cols = M * self.across;
        let picture = tile.picture * self.outputs_of(c);
        let mut outputs = [[0; M]; M];
        for (i, outputs) in outputs.iter_mut().enumerate() {
            for (j, output) in outputs.iter_mut().enumerate() {
                *output = picture + ((M * tile.down + i) * cols + M * tile.across + j) * c;
            }
        }
        outputs
    }
}
