use dcgan_data::{Images, Shape};
use dcgan_gan::{Generator, State, latent};
use dcgan_quality::{Distance, Measure, Set};

use crate::generate::tiles;

/// Pictures in each of the sets that are compared, if there are so many.
const PICTURES: usize = 512;

/// Fewer patches and directions than in the paper: a glance between two epochs, always the same one.
const MEASURE: Measure = Measure { patches: 64, directions: 128 };

/// What generated pictures are measured against: real ones, from all over the set.
#[derive(Debug)]
pub(crate) struct Quality {
    shape: Shape,
    reals: Vec<u8>,
    /// Half of the pictures against the other half.
    pub(crate) floor: f64,
}

impl Quality {
    /// Against `pictures`, of which half at most are taken: the other half is for the floor.
    pub(crate) fn new(pictures: &Images) -> Self {
        let (all, shape) = (pictures.len(), pictures.shape());
        let count = (all / 2).clamp(1, PICTURES);
        let half = |odd: usize| -> Vec<u8> {
            let numbers = (0..count).map(|k| (2 * k + odd) * all / (2 * count));
            let mut bytes = Vec::with_capacity(count * shape.len());
            for i in numbers {
                bytes.extend_from_slice(pictures.get(i));
                pictures.release(i);
            }
            bytes
        };
        let reals = half(0);
        let floor = distance(shape, &reals, &half(1)).mean();
        Self { shape, reals, floor }
    }

    /// Pictures in each set.
    pub(crate) fn count(&self) -> usize {
        self.reals.len() / self.shape.len()
    }

    /// How far the pictures of a run are from them: those of the seeds from 0 on, as
    /// `dcgan generate` makes them.
    pub(crate) fn of(&self, state: &State) -> Distance {
        let latents = latent::of_seeds(0..self.count() as u64, state.config.nz);
        let pictures = tiles(&Generator::new(state).generate(&latents));
        let bytes: Vec<u8> = pictures.into_iter().flat_map(|picture| picture.pixels).collect();
        distance(self.shape, &self.reals, &bytes)
    }
}

fn distance(Shape { side, channels }: Shape, a: &[u8], b: &[u8]) -> Distance {
    MEASURE.distance(Set::new(a, side, channels), Set::new(b, side, channels))
}
