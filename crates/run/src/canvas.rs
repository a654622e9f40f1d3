//! Images as bytes, alone or in a grid, and their PNG files.

use dcgan_tensor::pixel;
use ndarray::{Array4, ArrayView3, Axis};
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};

use crate::run_error::{Context, Result, RunError};

/// Black pixels around each tile of a grid.
pub const PADDING: usize = 2;

/// An image in bytes: height × width × channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Canvas {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// 1 (grey), 3 (RGB) or 4 (RGBA).
    pub channels: usize,
    /// Row by row, channels last.
    pub pixels: Vec<u8>,
}

impl Canvas {
    /// Converts an image (h, w, c) in [−1, 1] to bytes: (x + 1) · 127.5, rounded. Contrast is not stretched, so
    /// that images can be compared.
    #[must_use]
    pub fn from_units(image: ArrayView3<f32>) -> Self {
        let (height, width, channels) = image.dim();
        let pixels = image.iter().map(|&x| pixel::to_byte(x)).collect();
        Self { width, height, channels, pixels }
    }

    /// Each image of a batch (n, h, w, c) in [−1, 1].
    #[must_use]
    pub fn from_batch(images: &Array4<f32>) -> Vec<Self> {
        images.axis_iter(Axis(0)).map(Self::from_units).collect()
    }

    /// A square image from its bytes.
    #[must_use]
    pub fn from_bytes(side: usize, channels: usize, pixels: &[u8]) -> Self {
        Self { width: side, height: side, channels, pixels: pixels.to_vec() }
    }

    /// Arranges tiles of one size in rows of `columns`, with padding between and around them.
    ///
    /// # Panics
    /// If there is no tile.
    #[must_use]
    pub fn grid(tiles: &[Self], columns: usize) -> Self {
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

    /// Enlarges each pixel to a square of `n` × `n` pixels.
    #[must_use]
    pub fn enlarged(&self, n: usize) -> Self {
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

    /// Encodes the image as a PNG file with text chunks (keyword, text), which say what it is:
    /// [`Provenance`](crate::provenance::Provenance) or
    /// [`Illustration`](crate::provenance::Illustration).
    pub(crate) fn png(&self, texts: impl IntoIterator<Item = (String, String)>) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.encode(&mut bytes, texts).context("cannot encode a PNG")?;
        Ok(bytes)
    }

    fn encode(
        &self,
        bytes: &mut Vec<u8>,
        texts: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), EncodingError> {
        self.encoder(bytes, texts)?.write_header()?.write_image_data(&self.pixels)
    }

    /// An encoder for images of this size.
    fn encoder<'a>(
        &self,
        bytes: &'a mut Vec<u8>,
        texts: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Encoder<'static, &'a mut Vec<u8>>, EncodingError> {
        let mut encoder = Encoder::new(bytes, self.width as u32, self.height as u32);
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
        Ok(encoder)
    }

    /// The pixels, converted to RGBA.
    #[must_use]
    pub fn rgba(&self) -> Vec<u8> {
        let pixel = |p: &[u8]| match *p {
            [grey] => [grey, grey, grey, 255],
            [r, g, b] => [r, g, b, 255],
            [r, g, b, a, ..] => [r, g, b, a],
            [] | [_, _] => [0; 4],
        };
        self.pixels.chunks_exact(self.channels).flat_map(pixel).collect()
    }
}

/// Encodes `count` frames of one size as an animated PNG file with text chunks, which repeats forever.
pub(crate) fn apng(
    frames: impl Iterator<Item = Canvas>,
    count: usize,
    (numerator, denominator): (u16, u16),
    texts: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<u8>> {
    let mut frames = frames.peekable();
    let first = frames.peek().cloned();
    let first = first.ok_or_else(|| RunError::failed("an animation has no frames"))?;
    let mut bytes = Vec::new();
    let encode = || -> Result<(), EncodingError> {
        let mut encoder = first.encoder(&mut bytes, texts)?;
        encoder.set_animated(count as u32, 0)?;
        encoder.set_frame_delay(numerator, denominator)?;
        let mut writer = encoder.write_header()?;
        frames.try_for_each(|frame| writer.write_image_data(&frame.pixels))?;
        writer.finish()
    };
    encode().context("cannot encode an animated PNG")?;
    Ok(bytes)
}
