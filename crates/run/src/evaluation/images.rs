use std::path::{Path, PathBuf};

use dcgan_data::{Progress, Sample, Shape, Source};
use dcgan_gan::{Generator, latent};
use dcgan_tensor::pixel;

use crate::cache::unreadable;
use crate::run_error::{Result, RunError};

/// Images in memory at a time as floats.
const BLOCK: u64 = 256;

/// Real images, evenly spaced over a dataset, in its order. Always an even number.
#[derive(Debug)]
pub struct Reals(Sample);

impl Reals {
    /// At most `count` images of `source` in this shape.
    ///
    /// # Errors
    /// If it cannot be read, or contains fewer than four images.
    pub fn read(source: &Source, shape: Shape, count: usize, progress: Progress) -> Result<Self> {
        let sample = dcgan_data::sample(source, shape, count, progress).map_err(unreadable)?;
        if sample.indices.len() < 4 {
            return Err(RunError::failed(format!(
                "{source} has too few images to compare with: {}, and at least 4 are needed",
                sample.indices.len()
            )));
        }
        Ok(Self(sample))
    }

    /// The bytes of all of them, (n, h, w, c).
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        let images = &self.0.images;
        &images.as_bytes()[..self.len() * images.shape().len()]
    }

    /// The number of images.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there are at least four")]
    pub fn len(&self) -> usize {
        self.0.indices.len() / 2 * 2
    }

    /// Half of that number: as many are compared with as many generated ones.
    #[must_use]
    pub fn half(&self) -> usize {
        self.len() / 2
    }

    /// The number of images in the dataset.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.total
    }

    /// The index of the `i`-th image in the dataset, and its file if it has one of its own.
    ///
    /// # Panics
    /// If there are fewer images.
    #[must_use]
    pub fn origin(&self, i: usize) -> (usize, Option<&Path>) {
        let Sample { indices, files, .. } = &self.0;
        (indices[i], files.get(i).map(PathBuf::as_path))
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
