//! Pictures as bytes, alone or in a grid.

use anyhow::Result;
use dcgan_tensor::pixel;
use ndarray::ArrayView3;
use png::{BitDepth, ColorType, Compression, Filter};

use crate::provenance::Provenance;

/// Black pixels around each tile of a grid.
pub(crate) const PADDING: usize = 2;

/// Tiles side by side in a grid.
pub(crate) const COLUMNS: usize = 8;

/// Images that stand for a whole set.
pub(crate) const SAMPLE: usize = COLUMNS * COLUMNS;

/// A picture in bytes: height × width × channels, of 1, 3 or 4 channels.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) channels: usize,
    pub(crate) pixels: Vec<u8>,
}

impl Canvas {
    /// A picture in [−1, 1] as it is, by [`pixel::to_byte`].
    pub(crate) fn of_units(picture: ArrayView3<f32>) -> Self {
        let (height, width, channels) = picture.dim();
        Self {
            width,
            height,
            channels,
            pixels: picture.iter().map(|&x| pixel::to_byte(x)).collect(),
        }
    }

    /// A square picture that is bytes already.
    pub(crate) fn of_bytes(side: usize, channels: usize, pixels: &[u8]) -> Self {
        Self { width: side, height: side, channels, pixels: pixels.to_vec() }
    }

    /// Tiles of one size in rows of `columns`, with padding between and around them.
    ///
    /// # Panics
    /// If there is no tile.
    pub(crate) fn grid(tiles: &[Self], columns: usize) -> Self {
        let (width, height, channels) = (tiles[0].width, tiles[0].height, tiles[0].channels);
        let columns = columns.clamp(1, tiles.len());
        let rows = tiles.len().div_ceil(columns);
        let across = columns * (width + PADDING) + PADDING;
        let down = rows * (height + PADDING) + PADDING;
        let mut grid = Self {
            width: across,
            height: down,
            channels,
            pixels: vec![0; across * down * channels],
        };
        for (i, tile) in tiles.iter().enumerate() {
            let x = PADDING + i % columns * (width + PADDING);
            let y = PADDING + i / columns * (height + PADDING);
            for (row, line) in tile.pixels.chunks_exact(width * channels).enumerate() {
                let start = ((y + row) * across + x) * channels;
                grid.pixels[start..start + line.len()].copy_from_slice(line);
            }
        }
        grid
    }

    /// Each pixel as a square of `n` × `n`.
    pub(crate) fn enlarged(&self, n: usize) -> Self {
        let mut pixels = Vec::with_capacity(self.pixels.len() * n * n);
        for line in self.pixels.chunks_exact(self.width * self.channels) {
            let start = pixels.len();
            for pixel in line.chunks_exact(self.channels) {
                (0..n).for_each(|_| pixels.extend_from_slice(pixel));
            }
            let line = start..pixels.len();
            (1..n).for_each(|_| pixels.extend_from_within(line.clone()));
        }
        Self { width: self.width * n, height: self.height * n, channels: self.channels, pixels }
    }

    /// As a PNG file that tells how it was made.
    pub(crate) fn png_of(&self, made: &Provenance) -> Result<Vec<u8>> {
        self.encode(made.texts()?)
    }

    /// As a PNG file.
    pub(crate) fn png(&self) -> Result<Vec<u8>> {
        self.encode([])
    }

    /// As a PNG file with texts: (keyword, text).
    fn encode(&self, texts: impl IntoIterator<Item = (String, String)>) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(match self.channels {
            1 => ColorType::Grayscale,
            3 => ColorType::Rgb,
            _ => ColorType::Rgba,
        });
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Fast);
        encoder.set_filter(Filter::Adaptive);
        for (keyword, text) in texts {
            encoder.add_text_chunk(keyword, text)?;
        }
        encoder.write_header()?.write_image_data(&self.pixels)?;
        Ok(bytes)
    }

    /// With four channels, whatever it had.
    pub(crate) fn rgba(&self) -> Vec<u8> {
        let pixel = |p: &[u8]| match *p {
            [grey] => [grey, grey, grey, 255],
            [r, g, b] => [r, g, b, 255],
            [r, g, b, a, ..] => [r, g, b, a],
            [] | [_, _] => [0; 4],
        };
        self.pixels.chunks_exact(self.channels).flat_map(pixel).collect()
    }
}
