//! Pictures as bare rows of bytes, as array files hold them.

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use rayon::prelude::*;

use crate::fit::fit;
use crate::{DataError, Progress, Shape, Sink, Survey};

/// Raw bytes in memory at a time.
const BLOCK: usize = 16 << 20;

/// The longest side that is believed.
const LONGEST: usize = 1 << 15;

/// What an array file says of its pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) count: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
    /// Whether each channel is a plane of its own: (c, h, w) instead of (h, w, c).
    pub(crate) planes: bool,
}

impl Raster {
    /// What sizes such as (n, c, h, w), (n, h, w, c) or (n, h, w) stand for, if for pictures.
    ///
    /// Where both orders would do, it is torch's, (n, c, h, w).
    pub(crate) fn of(sizes: &[usize]) -> Result<Self, &'static str> {
        let may_be_channels = |c| matches!(c, 1 | 3 | 4);
        let raster = match *sizes {
            [count, height, width] => Self { count, height, width, channels: 1, planes: false },
            [count, channels, height, width] if may_be_channels(channels) => {
                Self { count, height, width, channels, planes: true }
            }
            [count, height, width, channels] if may_be_channels(channels) => {
                Self { count, height, width, channels, planes: false }
            }
            [_, _, _, _] => {
                return Err("pictures have 1, 3 or 4 channels, in second or last place");
            }
            _ => return Err("pictures are (n, c, h, w), (n, h, w, c) or (n, h, w)"),
        };
        if raster.count == 0 || raster.height == 0 || raster.width == 0 {
            return Err("it holds no picture");
        }
        if raster.height.max(raster.width) > LONGEST || u32::try_from(raster.count).is_err() {
            return Err("that is larger than any picture or set that can be worked on");
        }
        Ok(raster)
    }

    /// Numbers in one picture.
    pub(crate) fn len(self) -> usize {
        self.height * self.width * self.channels
    }

    pub(crate) fn survey(self) -> Survey {
        Survey {
            pictures: self.count,
            channels: if self.channels == 1 { 1 } else { 3 },
            side: self.width.min(self.height),
        }
    }

    pub(crate) fn size(self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Reads picture after picture with `read`, which fills what it is given, brings them into shape
    /// in parallel, and hands them to `sink`.
    pub(crate) fn fit_all(
        self,
        shape: Shape,
        progress: Progress,
        sink: Sink,
        mut read: impl FnMut(usize, &mut [u8]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let block = (BLOCK / self.len()).clamp(1, self.count.min(shape.block()));
        let (mut raw, mut bytes) = (vec![0; block * self.len()], vec![0; block * shape.len()]);
        for first in (0..self.count).step_by(block) {
            let here = block.min(self.count - first);
            let (raw, bytes) = (&mut raw[..here * self.len()], &mut bytes[..here * shape.len()]);
            for (i, picture) in raw.chunks_exact_mut(self.len()).enumerate() {
                read(first + i, picture)?;
            }
            raw.par_chunks_exact(self.len())
                .zip(bytes.par_chunks_exact_mut(shape.len()))
                .for_each(|(raw, out)| fit(&self.image(raw), shape, out));
            sink(bytes).map_err(DataError::Kept)?;
            progress(first + here, self.count);
        }
        Ok(())
    }

    fn image(self, raw: &[u8]) -> DynamicImage {
        let (width, height) = (self.width as u32, self.height as u32);
        let pixels = if self.planes { self.interleaved(raw) } else { raw.to_vec() };
        let image = match self.channels {
            1 => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
            3 => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
            _ => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::from),
        };
        image.expect("as many bytes as the sizes say")
    }

    /// (h, w, c) of (c, h, w).
    fn interleaved(self, raw: &[u8]) -> Vec<u8> {
        let plane = self.height * self.width;
        (0..raw.len()).map(|i| raw[i % self.channels * plane + i / self.channels]).collect()
    }
}
