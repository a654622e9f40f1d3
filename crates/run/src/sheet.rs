//! Sheets of 64 images: the real ones of a dataset, and the samples of a run.

use std::ops::Range;

use dcgan_data::Images;

use crate::canvas::Canvas;

/// Images in a row.
pub const COLUMNS: usize = 8;

/// Images on a sheet.
pub const IMAGES: usize = COLUMNS * COLUMNS;

/// The seeds of the samples: tile k of each grid is generated from seed k.
pub(crate) const SEEDS: Range<u64> = 0..IMAGES as u64;

/// The images of `data` with these indices, in rows of [`COLUMNS`].
///
/// # Panics
/// If there are none.
#[must_use]
pub fn real_images(data: &Images, indices: impl Iterator<Item = usize>) -> Canvas {
    let shape = data.shape();
    let tile = |i| Canvas::from_bytes(shape.side, shape.channels, data.get(i));
    Canvas::grid(&indices.map(tile).collect::<Vec<_>>(), COLUMNS)
}
