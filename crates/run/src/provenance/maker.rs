use dcgan_gan::{Fingerprint, GeneratorWeights};
use serde::{Deserialize, Serialize};

use super::{Provenance, Tiles};
use crate::canvas::PADDING;

/// The model that generated images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maker {
    /// The fingerprint of the generator.
    pub model: Fingerprint,
    /// Training steps, or 0 if unknown.
    pub steps: u64,
}

impl Maker {
    /// This generator, after this many steps of training.
    #[must_use]
    pub fn new(weights: &GeneratorWeights, steps: u64) -> Self {
        Self { model: Fingerprint::from_generator(weights), steps }
    }

    /// The provenance of a single image.
    #[must_use]
    pub fn single(self, tile: Tiles) -> Provenance {
        Provenance::new(self, 1, 0, vec![tile])
    }

    /// The provenance of a [`Canvas::grid`](crate::canvas::Canvas::grid).
    #[must_use]
    pub fn grid(self, columns: usize, tiles: Vec<Tiles>) -> Provenance {
        let count: u64 = tiles.iter().map(Tiles::len).sum();
        let (columns, padding) = ((columns as u64).min(count), PADDING as u64);
        Provenance::new(self, columns, padding, tiles)
    }
}
