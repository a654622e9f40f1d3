use std::path::{Path, PathBuf};

use dcgan_data::{Progress, Report, Shape, Source, sample_indices};
use dcgan_gan::{Generator, latent};
use dcgan_tensor::pixel;

use crate::cache::unreadable;
use crate::run_error::{Result, RunError};

/// Images in memory at a time as floats.
const BLOCK: u64 = 256;

/// Real images, evenly spaced over a dataset, in its order. Always an even number.
#[derive(Debug)]
pub struct Reals {
    bytes: Vec<u8>,
    /// The index of each in the dataset.
    indices: Vec<usize>,
    /// Of all images of the dataset; empty if one file contains them all.
    files: Vec<PathBuf>,
    /// Images in the dataset.
    total: usize,
}

impl Reals {
    /// At most `count` images of `source` in this shape.
    ///
    /// # Errors
    /// If it cannot be read, or contains fewer than four images.
    pub fn read(source: &Source, shape: Shape, count: usize, progress: Progress) -> Result<Self> {
        let expected = dcgan_data::survey(source).map_err(unreadable)?.images;
        let mut wanted = sample_indices(expected, count).peekable();
        let (mut bytes, mut indices, mut total) = (Vec::new(), Vec::new(), 0);
        let mut keep = |block: &[u8]| {
            for image in block.chunks_exact(shape.len()) {
                if wanted.next_if_eq(&total).is_some() {
                    bytes.extend_from_slice(image);
                    indices.push(total);
                }
                total += 1;
            }
            Ok(())
        };
        let report = dcgan_data::read(source, shape, progress, &mut keep).map_err(unreadable)?;
        let Report { files, .. } = report;
        // Files that cannot be read leave fewer than were expected.
        indices.truncate(indices.len() / 2 * 2);
        bytes.truncate(indices.len() * shape.len());
        if indices.len() < 4 {
            return Err(RunError::failed(format!(
                "{source} has too few images to compare with: {total}, and at least 4 are needed"
            )));
        }
        let files = files.into_iter().map(|file| file.path).collect();
        Ok(Self { bytes, indices, files, total })
    }

    /// The bytes of all of them, (n, h, w, c).
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of images.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there are at least four")]
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Half of that number: as many are compared with as many generated ones.
    #[must_use]
    pub fn half(&self) -> usize {
        self.len() / 2
    }

    /// The number of images in the dataset.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The index of the `i`-th image in the dataset, and its file if it has one of its own.
    ///
    /// # Panics
    /// If there are fewer images.
    #[must_use]
    pub fn origin(&self, i: usize) -> (usize, Option<&Path>) {
        let index = self.indices[i];
        (index, self.files.get(index).map(PathBuf::as_path))
    }
}

/// The images of the seeds 0, 1, … as bytes, (n, h, w, c).
pub fn generate(generator: &mut Generator, count: usize) -> Vec<u8> {
    let (nz, count) = (generator.config().nz, count as u64);
    let mut bytes = Vec::new();
    for first in (0..count).step_by(BLOCK as usize) {
        let latents = latent::from_seeds(first..count.min(first + BLOCK), nz);
        bytes.extend(generator.generate(&latents).iter().map(|&x| pixel::to_byte(x)));
    }
    bytes
}
