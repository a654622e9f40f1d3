//! The size of images in pixels.

use anyhow::Result;
use dcgan_run::canvas::{Canvas, PADDING};
use dcgan_run::provenance::MAX_SCALE;

use crate::failure::usage;
use crate::values::integer;

/// The largest number of pixels in an output.
const MAX_PIXELS: usize = 1 << 28;

/// `--scale`, of the commands that make images.
#[derive(Debug, clap::Args)]
pub(crate) struct Scale {
    /// Show each pixel as a square of N by N, from 1 to 32 [default: 1]
    #[arg(long, value_name = "N", value_parser = integer(1, MAX_SCALE))]
    scale: Option<u16>,
}

impl Scale {
    /// The side of the square.
    pub(crate) fn factor(&self) -> u16 {
        self.scale.unwrap_or(1)
    }
}

/// The images, each pixel as a square of `scale` × `scale`.
pub(crate) fn enlarged(tiles: &[Canvas], scale: u16) -> Vec<Canvas> {
    tiles.iter().map(|tile| tile.enlarged(usize::from(scale))).collect()
}

/// About how many pixels a grid has.
pub(crate) fn grid_size(side: usize, scale: u16, columns: usize, rows: usize) -> usize {
    let side = side * usize::from(scale) + PADDING;
    columns.saturating_mul(side).saturating_mul(rows.saturating_mul(side))
}

/// Checks that images of this size together are not too large. `instead` is what to do about it, other than a smaller
/// scale.
///
/// # Errors
/// If they are.
pub(crate) fn check_pixels(size: usize, images: usize, scale: u16, instead: &str) -> Result<()> {
    let pixels = size.saturating_mul(images);
    if pixels <= MAX_PIXELS {
        return Ok(());
    }
    let what = if images == 1 { "the image would have" } else { "the frames would have" };
    Err(usage(format!(
        "--scale is {scale}: {what} {} million pixels, and at most {} million are made; use a smaller scale, or {instead}",
        pixels / 1_000_000,
        MAX_PIXELS / 1_000_000
    )))
}
