use dcgan_data::{Images, Shape};
use dcgan_gan::{Generator, State, latent};
use dcgan_quality::{Distance, Measure, Set};

use crate::canvas::Canvas;

/// The largest number of images in each of the sets that are compared.
const IMAGES: usize = 512;

/// Fewer patches and directions than in the paper, for a quick measurement between two epochs. They are the same
/// each time.
pub(crate) const MEASURE: Measure = Measure { patches: 64, directions: 128 };

/// The real images that samples are compared with, evenly spaced over the dataset.
#[derive(Debug)]
pub(crate) struct Quality {
    shape: Shape,
    reals: Vec<u8>,
    /// The distance between one half of the images and the other: the baseline.
    pub(crate) floor: f64,
}

impl Quality {
    /// Selects the images for the measurement, and as many others for the baseline.
    pub(crate) fn new(images: &Images) -> Self {
        let (all, shape) = (images.len(), images.shape());
        let count = (all / 2).clamp(1, IMAGES);
        let half = |odd: usize| -> Vec<u8> {
            let numbers = (0..count).map(|k| (2 * k + odd) * all / (2 * count));
            let mut bytes = Vec::with_capacity(count * shape.len());
            for i in numbers {
                bytes.extend_from_slice(images.get(i));
                images.release(i);
            }
            bytes
        };
        let reals = half(0);
        let floor = distance(shape, &reals, &half(1)).mean();
        Self { shape, reals, floor }
    }

    /// Number of images in each set.
    pub(crate) fn count(&self) -> usize {
        self.reals.len() / self.shape.len()
    }

    /// The distance of the samples of seeds 0, 1, … of a run in inference mode from the real images.
    pub(crate) fn measure(&self, state: &State) -> Distance {
        let latents = latent::from_seeds(0..self.count() as u64, state.config.nz);
        let samples = Canvas::from_batch(&Generator::new(state).generate(&latents));
        let bytes: Vec<u8> = samples.into_iter().flat_map(|sample| sample.pixels).collect();
        distance(self.shape, &self.reals, &bytes)
    }
}

fn distance(Shape { side, channels }: Shape, a: &[u8], b: &[u8]) -> Distance {
    MEASURE.distance(Set::new(a, side, channels), Set::new(b, side, channels))
}
