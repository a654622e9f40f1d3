use dcgan_tensor::View;
use ndarray::s;
use serde::{Deserialize, Serialize};

use super::signals::variance;
use crate::{Generator, State, latent};

/// Seeds of the grid that are looked at: its first two rows.
const SEEDS: usize = 16;

/// A picture is seen as so many by so many cells.
const CELLS: usize = 4;

/// The first tiles of the grid of samples, as coarse as tells whether they still change: the mean of
/// each cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Grid {
    /// Whether there is something to compare with.
    seen: bool,
    tiles: [[f32; CELLS * CELLS]; SEEDS],
}

impl Grid {
    /// What the generator of `state` makes, and the variance of a pixel from tile to tile.
    pub(super) fn of(state: &State) -> (Self, f64) {
        let latents = latent::of_seeds(0..SEEDS as u64, state.config.nz);
        let pictures = Generator::by(SEEDS, state).generate(&latents);
        let variance = variance(pictures.view()).unwrap_or_default();
        (Self::of_pictures(pictures.view()), variance)
    }

    /// The first of these pictures (n, side, side, channels), coarse.
    pub(super) fn of_pictures(pictures: View) -> Self {
        let mut tiles = [[0.0; CELLS * CELLS]; SEEDS];
        let side = pictures.dim().1 / CELLS;
        for (tile, picture) in tiles.iter_mut().zip(pictures.outer_iter()) {
            for (cell, to) in tile.iter_mut().enumerate() {
                let (y, x) = (cell / CELLS * side, cell % CELLS * side);
                let cell = picture.slice(s![y..y + side, x..x + side, ..]);
                *to = cell.mean().unwrap_or_default();
            }
        }
        Self { seen: true, tiles }
    }

    /// The root of the mean squared distance of a cell, if `before` was seen.
    pub(super) fn distance(&self, before: &Self) -> Option<f64> {
        let pairs = self.tiles.as_flattened().iter().zip(before.tiles.as_flattened());
        let sum: f64 = pairs.map(|(a, b)| f64::from(a - b).powi(2)).sum();
        let cells = (SEEDS * CELLS * CELLS) as f64;
        before.seen.then(|| (sum / cells).sqrt())
    }

    /// The standard deviation of a cell from tile to tile.
    pub(super) fn spread(&self) -> f64 {
        let variance = |cell: usize| {
            let values = || self.tiles.iter().map(|tile| f64::from(tile[cell]));
            let mean = values().sum::<f64>() / SEEDS as f64;
            values().map(|value| (value - mean).powi(2)).sum::<f64>() / SEEDS as f64
        };
        let cells = CELLS * CELLS;
        ((0..cells).map(variance).sum::<f64>() / cells as f64).sqrt()
    }
}
