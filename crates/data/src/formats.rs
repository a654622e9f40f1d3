//! The formats of data sets, one file each. [`Format`] is all that the rest of the crate knows of
//! them.
//!
//! To add a format: write its file, and give `Source` its variant, its arm in `Source::format` and,
//! if it is a file, its line in `FILE_FORMATS`. To add a kind of archive: write its file below
//! `archives`, and give `Kind` its variant.

pub(crate) mod archives;
pub(crate) mod containers;
pub(crate) mod entry;
pub(crate) mod idx;
pub(crate) mod image_folder;
pub(crate) mod image_format;
pub(crate) mod npy_images;
pub(crate) mod raster;
pub(crate) mod synthetic;
pub(crate) mod unsupported;

use std::fmt;

use sha2::Sha256;

use crate::{DataError, Images, Progress, Report, Sample, Shape, Sink, Survey, sample_indices};

/// What is said of a file that no format recognises, as the end of a sentence that starts with its name.
pub(crate) const UNKNOWN: &str = "is not a folder, archive, image, .npy array, IDX or CIFAR file";

/// A data set in one format.
pub(crate) trait Format: fmt::Display {
    /// The number of images and what they are like, from headers alone.
    fn survey(&self) -> Result<Survey, DataError>;

    /// Hands all images to `sink`, block by block and in order.
    fn read(&self, shape: Shape, progress: Progress, sink: Sink) -> Result<Report, DataError>;

    /// Feeds `hash` with whatever changes when the set does, without reading an image.
    fn hash(&self, hash: &mut Sha256) -> Result<(), DataError>;

    /// At most `count` images, evenly spaced.
    fn sample(&self, shape: Shape, count: usize, progress: Progress) -> Result<Sample, DataError> {
        let expected = self.survey()?.images;
        let mut wanted = sample_indices(expected, count).peekable();
        let (mut bytes, mut indices, mut total) = (Vec::new(), Vec::new(), 0);
        self.read(shape, progress, &mut |block: &[u8]| {
            for image in block.chunks_exact(shape.len()) {
                if wanted.next_if_eq(&total).is_some() {
                    bytes.extend_from_slice(image);
                    indices.push(total);
                }
                total += 1;
            }
            Ok(())
        })?;
        Ok(Sample { images: Images::new(shape, bytes), indices, files: Vec::new(), total })
    }

    /// The images at `indices`, in ascending order, of a set that was read with the result `report`.
    fn subset(
        &self,
        _report: &Report,
        shape: Shape,
        indices: &[usize],
    ) -> Result<Images, DataError> {
        let (mut bytes, mut start) = (Vec::new(), 0);
        self.read(shape, &|_, _| (), &mut |block: &[u8]| {
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
