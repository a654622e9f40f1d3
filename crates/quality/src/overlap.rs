use crate::Features;
use crate::neighbours::Points;

/// How far two clouds of features overlap. Each cloud is the union of balls around its points that reach to their k-th
/// nearest neighbours.
///
/// Precision and recall are those of Kynkäänniemi et al. 2019 (arXiv:1904.06991), density and coverage those of Naeem
/// et al. 2020 (arXiv:2002.09797), which a single stray image changes less.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// The part of the generated images in the cloud of the real ones: are they like real images?
    pub precision: f64,
    /// The part of the real images in the cloud of the generated ones: is every kind generated?
    pub recall: f64,
    /// Balls of real images that a generated one lies in, on average, divided by k. Above 1 if generated images crowd
    /// where there are many real ones.
    pub density: f64,
    /// The part of the real images with a generated one in their own ball.
    pub coverage: f64,
}

impl Overlap {
    /// The usual number of neighbours.
    pub const NEIGHBOURS: usize = 5;

    /// Between real and generated images, with balls to the `k`-th nearest neighbours.
    ///
    /// # Panics
    /// If `k` is 0, a set has no more than `k` images, or the numbers of features differ.
    #[must_use]
    pub fn of(reals: &Features, generated: &Features, k: usize) -> Self {
        let (reals, generated) = (Points::new(reals), Points::new(generated));
        let (own, others) = (reals.radii(k), generated.radii(k));
        let rows = reals.map_rows(&generated, |i, squares| {
            let inside = |j: &usize| squares[*j] < own[i];
            Row {
                inside: (0..squares.len()).filter(inside).collect(),
                is_recalled: squares.iter().zip(&others).any(|(square, radius)| square < radius),
            }
        });
        let (n, m) = (reals.len() as f64, generated.len() as f64);
        let mut is_precise = vec![false; generated.len()];
        rows.iter().flat_map(|row| &row.inside).for_each(|&j| is_precise[j] = true);
        let count = |hits: usize, of: f64| hits as f64 / of;
        Self {
            precision: count(is_precise.iter().filter(|hit| **hit).count(), m),
            recall: count(rows.iter().filter(|row| row.is_recalled).count(), n),
            density: count(rows.iter().map(|row| row.inside.len()).sum(), m * k as f64),
            coverage: count(rows.iter().filter(|row| !row.inside.is_empty()).count(), n),
        }
    }
}

/// What is known of a real image.
struct Row {
    /// The generated images in its ball.
    inside: Vec<usize>,
    /// Whether it lies in the ball of a generated image.
    is_recalled: bool,
}
