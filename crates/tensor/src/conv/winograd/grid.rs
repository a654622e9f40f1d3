//! The tiles of a batch. A tile is 4 × 4 outputs and the pixels that they read: in each of the four
//! phases 5 × 5 of them, two pixels apart.

use super::tiling::{POINTS, TILE};
use crate::prefetch::prefetch;

/// The tiles of an image: how many there are down and across.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub(super) down: usize,
    pub(super) across: usize,
}

/// The place of a tile: in which image, and where there.
pub(super) struct Tile {
    pub(super) index: usize,
    image: usize,
    down: usize,
    across: usize,
}

impl Tile {
    /// Prefetches the tile's image if the tile is the first one there. An image has `len` floats.
    #[inline(always)]
    pub(super) fn prefetch_image(&self, images: &[f32], len: usize) {
        if (self.down, self.across) == (0, 0) {
            prefetch(&images[self.image * len..][..len]);
        }
    }
}

impl Grid {
    /// Tiles of an image.
    pub(super) fn tiles(self) -> usize {
        self.down * self.across
    }

    /// The tiles of `images` images.
    pub(super) fn all(self, images: usize) -> impl Iterator<Item = Tile> {
        (0..images * self.tiles()).map(move |index| {
            let within = index % self.tiles();
            let (down, across) = (within / self.across, within % self.across);
            Tile { index, image: index / self.tiles(), down, across }
        })
    }

    /// Floats of an image of x with c channels: a tile spans 8 × 8 pixels.
    pub(super) fn input_len(self, c: usize) -> usize {
        4 * TILE * TILE * self.tiles() * c
    }

    /// Floats of an image of y with c channels.
    pub(super) fn output_len(self, c: usize) -> usize {
        TILE * TILE * self.tiles() * c
    }

    /// Pointers to the pixels of a tile and a phase, in the images at `x`; those outside are `border`.
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
        let x = x.wrapping_add(tile.image * self.input_len(c));
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

    /// The indices of the outputs of a tile in the images of y.
    #[inline(always)]
    pub(super) fn outputs(self, tile: &Tile, c: usize) -> [[usize; TILE]; TILE] {
        let cols = TILE * self.across;
        let image = tile.image * self.output_len(c);
        let mut outputs = [[0; TILE]; TILE];
        for (i, outputs) in outputs.iter_mut().enumerate() {
            for (j, output) in outputs.iter_mut().enumerate() {
                *output = image + ((TILE * tile.down + i) * cols + TILE * tile.across + j) * c;
            }
        }
        outputs
    }
}
