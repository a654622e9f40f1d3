use dcgan_random::latent;
use dcgan_tensor::View;
use ndarray::s;

use super::signals::variance;
use crate::{Generator, NetworkState, State};

/// Fixed seeds that are looked at: the first two rows of the sample grid.
pub(crate) const SEEDS: usize = 16;

/// An image is reduced to this many cells on each side.
const SIDE: usize = 4;

/// Cells of an image.
pub(crate) const CELLS: usize = SIDE * SIDE;

/// Thumbnails of the first fixed-seed samples, just fine enough to tell whether they still change: the
/// mean of each cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SampleGrid {
    /// Whether there has been a report yet.
    pub(crate) seen: bool,
    pub(crate) tiles: [[f32; CELLS]; SEEDS],
}

impl SampleGrid {
    /// The samples of a state, and the variance of a pixel between them.
    pub(super) fn from_state(state: &State) -> (Self, f64) {
        let latents = latent::from_seeds(0..SEEDS as u64, state.config.nz);
        let NetworkState { theta, buffers, .. } = &state.generator;
        let mut generator = Generator::with_batch_size(SEEDS, &state.config, theta, buffers);
        let images = generator.generate(&latents);
        let variance = variance(images.view()).unwrap_or_default();
        (Self::from_images(images.view()), variance)
    }

    /// Thumbnails of the first of these images (n, side, side, channels).
    pub(super) fn from_images(images: View) -> Self {
        let mut tiles = [[0.0; CELLS]; SEEDS];
        let side = images.dim().1 / SIDE;
        for (tile, image) in tiles.iter_mut().zip(images.outer_iter()) {
            for (cell, to) in tile.iter_mut().enumerate() {
                let (y, x) = (cell / SIDE * side, cell % SIDE * side);
                let cell = image.slice(s![y..y + side, x..x + side, ..]);
                *to = cell.mean().unwrap_or_default();
            }
        }
        Self { seen: true, tiles }
    }

    /// The root mean square change of a cell since `before`, if there was one.
    pub(super) fn change_since(&self, before: &Self) -> Option<f64> {
        let pairs = self.tiles.as_flattened().iter().zip(before.tiles.as_flattened());
        let sum: f64 = pairs.map(|(a, b)| f64::from(a - b).powi(2)).sum();
        before.seen.then(|| (sum / (SEEDS * CELLS) as f64).sqrt())
    }

    /// The standard deviation of a cell between samples.
    pub(super) fn spread(&self) -> f64 {
        let variance = |cell: usize| {
            let values = || self.tiles.iter().map(|tile| f64::from(tile[cell]));
            let mean = values().sum::<f64>() / SEEDS as f64;
            values().map(|value| (value - mean).powi(2)).sum::<f64>() / SEEDS as f64
        };
        ((0..CELLS).map(variance).sum::<f64>() / CELLS as f64).sqrt()
    }
}
