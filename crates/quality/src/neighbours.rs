use ndarray::{Array2, Axis};
use rayon::prelude::*;

use crate::Features;
use crate::product::{ROWS, with_transposed};

/// Squared distances below this part of the squared lengths are computed again, coordinate by coordinate: a difference
/// of large numbers has lost their last digits.
const CANCELLED: f64 = 1e-8;

/// The image of a set that is nearest to another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Its index.
    pub index: usize,
    /// How far away it is.
    pub distance: f64,
}

/// The nearest of `among` to each of `images`.
///
/// # Panics
/// If the sets have different numbers of features.
#[must_use]
pub fn nearest(images: &Features, among: &Features) -> Vec<Neighbour> {
    Points::new(images).map_rows(&Points::new(among), |_, squares| closest(squares, None))
}

/// The nearest other image to each image of a set.
#[must_use]
pub fn nearest_others(images: &Features) -> Vec<Neighbour> {
    let points = Points::new(images);
    points.map_rows(&points, |i, squares| closest(squares, Some(i)))
}

fn closest(squares: &[f64], except: Option<usize>) -> Neighbour {
    let others = squares.iter().enumerate().filter(|(i, _)| Some(*i) != except);
    let nearest = others.min_by(|a, b| a.1.total_cmp(b.1));
    let (index, square) = nearest.expect("a set has at least two images");
    Neighbour { index, distance: square.sqrt() }
}

/// Features as points, between which there are distances.
pub(crate) struct Points {
    rows: Array2<f64>,
    /// The squared length of each.
    norms: Vec<f64>,
}

impl Points {
    pub(crate) fn new(features: &Features) -> Self {
        let rows = features.wide();
        let norms = rows.outer_iter().map(|row| row.dot(&row)).collect();
        Self { rows, norms }
    }

    pub(crate) fn len(&self) -> usize {
        self.norms.len()
    }

    /// What `f` makes of each point, given its index and the squares of its distances from all `others`.
    ///
    /// Only a few rows of distances exist at a time.
    pub(crate) fn map_rows<T: Send>(
        &self,
        others: &Self,
        f: impl Fn(usize, &[f64]) -> T + Sync,
    ) -> Vec<T> {
        let blocks = self.rows.axis_chunks_iter(Axis(0), ROWS).into_par_iter().enumerate();
        let of_block = |(block, rows): (usize, ndarray::ArrayView2<f64>)| {
            let mut products = with_transposed(rows, others.rows.view());
            let rows = products.outer_iter_mut().zip(block * ROWS..);
            let each = rows.map(|(mut row, i)| {
                let row = row.as_slice_mut().expect("it is in C order");
                self.squares(i, others, row);
                f(i, row)
            });
            each.collect::<Vec<T>>()
        };
        blocks.map(of_block).collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// Turns products of point `i` with others into squares of distances.
    fn squares(&self, i: usize, others: &Self, products: &mut [f64]) {
        for (j, value) in products.iter_mut().enumerate() {
            let lengths = self.norms[i] + others.norms[j];
            let square = lengths - 2.0 * *value;
            *value = match square > CANCELLED * lengths {
                true => square,
                false => {
                    let pairs = self.rows.row(i).into_iter().zip(others.rows.row(j));
                    pairs.map(|(a, b)| (a - b).powi(2)).sum()
                }
            };
        }
    }

    /// The square of each point's distance to its `k`-th nearest other point of the same set.
    pub(crate) fn radii(&self, k: usize) -> Vec<f64> {
        assert!((1..self.len()).contains(&k), "{k} neighbours among {} images", self.len());
        self.map_rows(self, |i, squares| {
            let mut others = squares.to_vec();
            others.swap_remove(i);
            *others.select_nth_unstable_by(k - 1, f64::total_cmp).1
        })
    }
}
