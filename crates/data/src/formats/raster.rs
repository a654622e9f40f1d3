//! What the array formats share: one file with a header that describes images, and their pixels.

use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::marker::PhantomData;
use std::path::Path;

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use rayon::prelude::*;
use sha2::Sha256;

use super::Format;
use crate::crop_resize::crop_resize;
use crate::source_hash::add_single_file;
use crate::{DataError, Progress, Report, Shape, Sink, Survey};

/// Raw bytes in memory at a time.
const BLOCK: usize = 16 << 20;

/// The longest side that is accepted.
const MAX_SIDE: usize = 1 << 15;

/// An open array file whose header has been checked.
pub(crate) trait RasterFile: Sized {
    /// What the format is called in a [`Report`].
    const NAME: &'static str;

    /// Reads the header of `file`, which lies at `path` and is `size` bytes long.
    fn open(path: &Path, file: BufReader<File>, size: u64) -> Result<Self, DataError>;

    /// The layout that the header describes.
    fn raster(&self) -> Raster;

    /// Called once before the first image is read.
    fn prepare(&mut self) -> Result<(), DataError> {
        Ok(())
    }

    /// Writes image `i`, which is the next one, into `out` as bytes in the order of the file.
    fn read_image(&mut self, i: usize, out: &mut [u8]) -> Result<(), DataError>;

    /// Called once after the last image was read.
    fn finish(&mut self) -> Result<(), DataError> {
        Ok(())
    }
}

/// The array file at a path, as a data set.
pub(crate) struct RasterFormat<'a, F> {
    path: &'a Path,
    format: PhantomData<F>,
}

impl<'a, F: RasterFile> RasterFormat<'a, F> {
    pub(crate) fn new(path: &'a Path) -> Self {
        Self { path, format: PhantomData }
    }

    fn open(&self) -> Result<F, DataError> {
        let reading = DataError::reading(self.path);
        let file = File::open(self.path).map_err(&reading)?;
        let size = file.metadata().map_err(&reading)?.len();
        F::open(self.path, BufReader::new(file), size)
    }
}

impl<F> fmt::Display for RasterFormat<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        crate::shown(self.path).fmt(f)
    }
}

impl<F: RasterFile> Format for RasterFormat<'_, F> {
    fn survey(&self) -> Result<Survey, DataError> {
        Ok(self.open()?.raster().survey())
    }

    fn read(&self, shape: Shape, progress: Progress, sink: Sink) -> Result<Report, DataError> {
        let mut file = self.open()?;
        let raster = file.raster();
        file.prepare()?;
        raster.crop_resize_all(shape, progress, sink, |i, out| file.read_image(i, out))?;
        file.finish()?;
        Ok(Report::uniform(F::NAME, (raster.width, raster.height), raster.count))
    }

    fn hash(&self, hash: &mut Sha256) -> Result<(), DataError> {
        add_single_file(hash, self.path)
    }
}

/// What an array file says of its images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) count: usize,
    height: usize,
    width: usize,
    channels: usize,
    /// Whether each channel is a plane of its own: (c, h, w) instead of (h, w, c).
    planar: bool,
}

impl Raster {
    /// From the dimensions (n, c, h, w), (n, h, w, c) or (n, h, w) of an array.
    ///
    /// Where both orders are possible it is taken as (n, c, h, w), as in torch.
    pub(crate) fn from_sizes(sizes: &[usize]) -> Result<Self, &'static str> {
        let may_be_channels = |c| matches!(c, 1 | 3 | 4);
        let raster = match *sizes {
            [count, height, width] => Self { count, height, width, channels: 1, planar: false },
            [count, channels, height, width] if may_be_channels(channels) => {
                Self { count, height, width, channels, planar: true }
            }
            [count, height, width, channels] if may_be_channels(channels) => {
                Self { count, height, width, channels, planar: false }
            }
            [_, _, _, _] => {
                return Err("images have 1, 3 or 4 channels, in second or last place");
            }
            _ => return Err("images are (n, c, h, w), (n, h, w, c) or (n, h, w)"),
        };
        if raster.count == 0 || raster.height == 0 || raster.width == 0 {
            return Err("it holds no image");
        }
        if raster.height.max(raster.width) > MAX_SIDE || u32::try_from(raster.count).is_err() {
            return Err("that exceeds the largest supported image or set");
        }
        Ok(raster)
    }

    /// Elements of one image.
    pub(crate) fn len(self) -> usize {
        self.height * self.width * self.channels
    }

    fn survey(self) -> Survey {
        Survey {
            images: self.count,
            channels: if self.channels == 1 { 1 } else { 3 },
            side: self.width.min(self.height),
        }
    }

    /// Reads image after image with `read`, which fills the slice that it gets, crops and resizes
    /// them in parallel, and passes them to `sink`.
    fn crop_resize_all(
        self,
        shape: Shape,
        progress: Progress,
        sink: Sink,
        mut read: impl FnMut(usize, &mut [u8]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let block = (BLOCK / self.len()).clamp(1, self.count.min(shape.images_per_block()));
        let (mut raw, mut bytes) = (vec![0; block * self.len()], vec![0; block * shape.len()]);
        for first in (0..self.count).step_by(block) {
            let n = block.min(self.count - first);
            let (raw, bytes) = (&mut raw[..n * self.len()], &mut bytes[..n * shape.len()]);
            for (i, image) in raw.chunks_exact_mut(self.len()).enumerate() {
                read(first + i, image)?;
            }
            raw.par_chunks_exact(self.len())
                .zip(bytes.par_chunks_exact_mut(shape.len()))
                .for_each(|(raw, out)| crop_resize(&self.to_image(raw), shape, out));
            sink(bytes).map_err(DataError::Store)?;
            progress(first + n, self.count);
        }
        Ok(())
    }

    fn to_image(self, raw: &[u8]) -> DynamicImage {
        let (width, height) = (self.width as u32, self.height as u32);
        let pixels = if self.planar { self.interleaved(raw) } else { raw.to_vec() };
        let image = match self.channels {
            1 => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
            3 => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
            _ => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::from),
        };
        image.expect("as many bytes as the sizes say")
    }

    /// (c, h, w) to (h, w, c).
    fn interleaved(self, raw: &[u8]) -> Vec<u8> {
        let plane = self.height * self.width;
        (0..raw.len()).map(|i| raw[i % self.channels * plane + i / self.channels]).collect()
    }
}
