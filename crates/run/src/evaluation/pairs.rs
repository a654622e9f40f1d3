use dcgan_data::Shape;
use dcgan_quality::nearest;

use super::space::FeatureSets;
use crate::canvas::Canvas;
use crate::sheet::COLUMNS;

/// The most pairs of each kind: four rows of a sheet.
const MOST: usize = 4 * COLUMNS / 2;

/// A generated image and the real one that is nearest to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The index of the generated image, which is its seed.
    pub generated: usize,
    /// The index of the real image among those that were compared.
    pub real: usize,
    /// How far apart their features are.
    pub distance: f64,
}

/// Generated images that are like no real one, and those that are most like one.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs {
    /// The farthest from any real image, the farthest first.
    pub farthest: Vec<Pair>,
    /// The nearest to one, the nearest first.
    pub nearest: Vec<Pair>,
}

impl Pairs {
    /// Those of these sets, none twice.
    #[must_use]
    pub fn of(sets: &FeatureSets) -> Self {
        let found = nearest(&sets.generated, &sets.reals).into_iter().enumerate();
        let mut all: Vec<Pair> = found
            .map(|(generated, n)| Pair { generated, real: n.index, distance: n.distance })
            .collect();
        all.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        let count = MOST.min(all.len() / 2);
        let farthest = all.iter().rev().take(count).copied().collect();
        all.truncate(count);
        Self { farthest, nearest: all }
    }

    /// The farthest pairs and below them the nearest ones, each generated image to the left of its real one.
    ///
    /// # Panics
    /// If an image of a pair does not exist.
    #[must_use]
    pub fn picture(&self, shape: Shape, reals: &[u8], generated: &[u8]) -> Canvas {
        let tile = |bytes: &[u8], i: usize| {
            let image = &bytes[i * shape.len()..(i + 1) * shape.len()];
            Canvas::from_bytes(shape.side, shape.channels, image)
        };
        let tiles = |pair: &Pair| [tile(generated, pair.generated), tile(reals, pair.real)];
        let columns = (2 * self.farthest.len()).min(COLUMNS);
        let all = self.farthest.iter().chain(&self.nearest).flat_map(tiles);
        Canvas::grid(&all.collect::<Vec<_>>(), columns)
    }
}
