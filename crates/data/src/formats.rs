//! The formats of data sets, one file each. [`Format`] is all that the rest of the crate knows of
//! them.
//!
//! To add a format: write its file, and give `Source` its variant, its arm in `Source::format` and,
//! if it is a file, its line in `FILE_FORMATS`.

pub(crate) mod idx;
pub(crate) mod image_folder;
pub(crate) mod image_format;
pub(crate) mod npy_images;
pub(crate) mod raster;
pub(crate) mod synthetic;
pub(crate) mod unsupported;

use std::fmt;

use sha2::Sha256;

use crate::{DataError, Images, Progress, Report, Shape, Sink, Survey};

/// A data set in one format.
pub(crate) trait Format: fmt::Display {
    /// The number of images and what they are like, from headers alone.
    fn survey(&self) -> Result<Survey, DataError>;

    /// Hands all images to `sink`, block by block and in order.
    fn read(&self, shape: Shape, progress: Progress, sink: Sink) -> Result<Report, DataError>;

    /// Feeds `hash` with whatever changes when the set does, without reading an image.
    fn hash(&self, hash: &mut Sha256) -> Result<(), DataError>;

    /// The images at `indices`, in ascending order, of a set that was read with the result `report`.
    fn subset(
        &self,
        _report: &Report,
        shape: Shape,
        indices: &[usize],
    ) -> Result<Images, DataError> {
        let (mut bytes, mut start) = (Vec::new(), 0);
        self.read(shape, &|_, _| (), &mut |block| {
            let range = start..start + block.len() / shape.len();
            for i in indices.iter().filter(|i| range.contains(i)).map(|i| i - start) {
                bytes.extend_from_slice(&block[i * shape.len()..(i + 1) * shape.len()]);
            }
            start = range.end;
            Ok(())
        })?;
        Ok(Images::new(shape, bytes))
    }
}
