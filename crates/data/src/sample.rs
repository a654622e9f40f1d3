use std::path::PathBuf;

use crate::{DataError, Images, Progress, Shape, Source};

/// Some images of a set, evenly spaced and in its order.
#[derive(Debug)]
pub struct Sample {
    /// The images.
    pub images: Images,
    /// The index of each in the set.
    pub indices: Vec<usize>,
    /// The file of each; empty if one file holds them all.
    pub files: Vec<PathBuf>,
    /// The number of images in the set.
    pub total: usize,
}

/// Reads at most `count` images that are spread evenly over a set. Where each image is a file of its own, only
/// those files are decoded, and of the others no more than the headers are read. An image that turns
/// out to be damaged is left out.
///
/// # Errors
/// If none can be read.
pub fn sample(
    source: &Source,
    shape: Shape,
    count: usize,
    progress: Progress,
) -> Result<Sample, DataError> {
    source.format().sample(shape, count, progress)
}
