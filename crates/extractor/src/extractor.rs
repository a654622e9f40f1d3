use std::path::Path;

use crate::ExtractorError;
use crate::network::Network;
use crate::preprocess::Images;

/// A trained network that gives features of images.
#[derive(Debug)]
pub struct Extractor {
    network: Network,
}

/// The features of n images.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// (n, dim), row by row.
    pub values: Vec<f32>,
    /// Features per image, at least one.
    pub dim: usize,
}

impl Extractor {
    /// Reads an ONNX file, weights included, and runs the network once to see what it gives.
    ///
    /// # Errors
    /// Without the feature `onnx`; if the file cannot be read or is not an ONNX file; if the network has an
    /// operator that is not supported, or is not a network from images to features.
    pub fn open(path: &Path) -> Result<Self, ExtractorError> {
        Ok(Self { network: Network::open(path)? })
    }

    /// The features of `images`, bytes (n, side, side, channels) with 1, 3 or 4 channels, in their
    /// order, on all cores. Features of an image do not depend on the other images, so a long list may be
    /// cut into several calls. No images have no features.
    ///
    /// # Errors
    /// If the bytes are not a whole number of such images, or the network fails or gives a value that is
    /// not finite.
    pub fn features(
        &self,
        images: &[u8],
        side: usize,
        channels: usize,
    ) -> Result<Features, ExtractorError> {
        let images = Images::new(images, side, channels)?;
        let mut values = Vec::with_capacity(images.len() * self.network.dim());
        for first in (0..images.len()).step_by(self.network.batch()) {
            let images = images.slice(first, self.network.batch());
            let rows = self.network.run(self.network.preprocess().batch(images), images.len())?;
            values.extend(rows);
        }
        Ok(Features { values, dim: self.network.dim() })
    }
}
