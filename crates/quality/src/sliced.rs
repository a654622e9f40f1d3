use dcgan_random::{Purpose, fill_normal, stream};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::patches::{SIDE, patches};
use crate::{Distance, Set};

/// Pixels a side of the smallest level.
pub(crate) const SMALLEST: usize = 16;

/// Directions that one task projects on.
const GROUP: usize = 16;

/// How closely two sets are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Patches of each image, on each level.
    pub patches: usize,
    /// Directions in which they are compared.
    pub directions: usize,
}

impl Default for Measure {
    /// The paper's, for 16,384 images.
    fn default() -> Self {
        Self { patches: 128, directions: 512 }
    }
}

impl Measure {
    /// The sliced Wasserstein distance of two sets of as many images of one shape.
    ///
    /// On each level: W₁ between the patches' projections on a direction u, which is the mean of
    /// |aᵢ − bᵢ| over both in ascending order; of that the mean over the directions, drawn uniformly
    /// from the unit sphere. The same sets always have the same distance, whatever the number of
    /// threads of the current rayon pool.
    ///
    /// Takes memory for the patches of one level of both sets, 4 · 49 · channels bytes each.
    ///
    /// # Panics
    /// If the sets are not of the same number and shape, or the measure has no patch or direction.
    pub fn distance(self, a: Set, b: Set) -> Distance {
        assert_eq!(
            (a.len(), a.side(), a.depth()),
            (b.len(), b.side(), b.depth()),
            "sets that cannot be compared"
        );
        assert!(self.patches > 0 && self.directions > 0, "nothing to compare");
        let sides = std::iter::successors(Some(a.side()), |side| Some(side / 2));
        let sides = sides.take_while(|&side| side >= SMALLEST);
        Distance::new(sides.map(|side| (side, 1e3 * self.level(a, b, side))).collect())
    }

    fn level(self, a: Set, b: Set, side: usize) -> f64 {
        let [a, b] = [a, b].map(|set| patches(set, side, self.patches));
        let directions = directions(self.directions, side, a.ncols());
        let groups: Vec<Vec<f64>> = directions
            .axis_chunks_iter(Axis(0), GROUP)
            .into_par_iter()
            .map(|group| {
                let (a, b) = (projected(group, &a), projected(group, &b));
                a.outer_iter().zip(b.outer_iter()).map(|(a, b)| mean_gap(&a, &b)).collect()
            })
            .collect();
        groups.concat().iter().sum::<f64>() / self.directions as f64
    }
}

/// Unit vectors (count, len), drawn for a level.
fn directions(count: usize, side: usize, len: usize) -> Array2<f32> {
    let mut all = Array2::zeros((count, len));
    debug_assert!(len >= SIDE * SIDE);
    for (i, mut direction) in all.outer_iter_mut().enumerate() {
        let direction = direction.as_slice_mut().expect("rows are contiguous");
        let mut draws = stream(0, Purpose::Direction, (side as u64) << 32 | i as u64);
        fill_normal(&mut draws, direction);
        let norm = direction.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
        direction.iter_mut().for_each(|v| *v = (f64::from(*v) / norm) as f32);
    }
    all
}

/// The patches along each direction, in ascending order: (directions, patches).
fn projected(directions: ArrayView2<f32>, patches: &Array2<f32>) -> Array2<f32> {
    let mut along = directions.dot(&patches.t());
    for mut row in along.outer_iter_mut() {
        row.as_slice_mut().expect("a product is in C order").sort_unstable_by(f32::total_cmp);
    }
    along
}

fn mean_gap(a: &ndarray::ArrayView1<f32>, b: &ndarray::ArrayView1<f32>) -> f64 {
    let gaps = a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).abs());
    gaps.sum::<f64>() / a.len() as f64
}
