use dcgan_random::{Purpose, fill_normal, stream};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::patches::patches;
use crate::{Distance, Set};

/// Directions that one task projects onto.
const GROUP: usize = 16;

/// How thoroughly two sets are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Patches of each image and level.
    pub patches: usize,
    /// Random directions along which they are compared.
    pub directions: usize,
}

impl Default for Measure {
    /// The paper's, which uses 16,384 images.
    fn default() -> Self {
        Self { patches: 128, directions: 512 }
    }
}

impl Measure {
    /// The sliced Wasserstein distance between two sets of the same number of images of one shape.
    ///
    /// On each level: W₁ between the projections of the patches onto a direction u, which is the mean
    /// of |aᵢ − bᵢ| with both sides sorted, averaged over directions drawn uniformly from the unit
    /// sphere. The result depends on the sets only, and not on the number of threads of the current
    /// rayon pool.
    ///
    /// Needs memory for the patches of one level of both sets, 4 · 49 · channels bytes each.
    ///
    /// # Panics
    /// If the sets differ in number or shape, or `patches` or `directions` is 0.
    pub fn distance(self, a: Set, b: Set) -> Distance {
        assert_eq!(
            (a.len(), a.side(), a.depth()),
            (b.len(), b.side(), b.depth()),
            "sets differ in number or shape"
        );
        assert!(self.patches > 0 && self.directions > 0, "no patches or directions");
        let levels = a.level_sides().map(|side| (side, 1e3 * self.level(a, b, side)));
        Distance::new(levels.collect())
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

/// Random unit vectors (count, len), determined by the level.
fn directions(count: usize, side: usize, len: usize) -> Array2<f32> {
    let mut all = Array2::zeros((count, len));
    for (i, mut direction) in all.outer_iter_mut().enumerate() {
        let direction = direction.as_slice_mut().expect("rows are contiguous");
        let mut draws = stream(0, Purpose::Direction, (side as u64) << 32 | i as u64);
        fill_normal(&mut draws, direction);
        let norm = direction.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
        direction.iter_mut().for_each(|v| *v = (f64::from(*v) / norm) as f32);
    }
    all
}

/// The projections of the patches onto each direction, in ascending order: (directions, patches).
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
