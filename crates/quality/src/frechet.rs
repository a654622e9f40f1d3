use ndarray::{Array2, s};

use crate::Features;
use crate::gaussian::{Axes, Gaussian, trace_of_root};
use crate::product::product;

/// The Fréchet distance of sets of images from one set of real ones (Heusel et al. 2017, arXiv:1706.08500): that of
/// Gaussians with the means and covariances of their features,
///
/// ```text
/// ‖μ − μ'‖² + tr(Σ + Σ' − 2 (Σ^½ Σ' Σ^½)^½)
/// ```
///
/// It is called FID only with the features of a certain network. It depends on the number of images: with fewer, the
/// same generator is farther away.
#[derive(Clone, Debug)]
pub struct Frechet {
    reals: Gaussian,
    axes: Axes,
}

impl Frechet {
    /// From these real images.
    #[must_use]
    pub fn new(reals: &Features) -> Self {
        let reals = Gaussian::fit(&reals.wide());
        let axes = reals.axes();
        Self { reals, axes }
    }

    /// The number of features.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.reals.mean.len()
    }

    /// The distance of `others` in the space of all features.
    ///
    /// # Panics
    /// If they have another number of features.
    #[must_use]
    pub fn distance(&self, others: &Features) -> f64 {
        self.distance_along(self.dim(), others)
    }

    /// The distance of `others` in the space of the first `count` principal axes of the real images. Few axes need
    /// fewer images for the same accuracy, and leave out those along which real images hardly differ.
    ///
    /// # Panics
    /// If they have another number of features, or there are fewer axes.
    #[must_use]
    pub fn distance_along(&self, count: usize, others: &Features) -> f64 {
        assert_eq!(self.dim(), others.dim(), "features of different networks");
        // In the basis of the axes the covariance of the real images is diagonal.
        let variances = &self.axes.variances[..count];
        let directions = self.axes.directions.slice(s![.., ..count]);
        let centred = others.wide() - &self.reals.mean;
        let others = Gaussian::fit(&product(centred.view(), directions));
        let roots: Vec<f64> = variances.iter().map(|v| v.sqrt()).collect();
        let between = Array2::from_shape_fn((count, count), |(i, j)| {
            roots[i] * others.covariance[(i, j)] * roots[j]
        });
        let apart = others.mean.iter().map(|v| v * v).sum::<f64>();
        let own = variances.iter().sum::<f64>() + others.covariance.diag().sum();
        // Rounding can make the distance of a set from itself negative.
        (apart + own - 2.0 * trace_of_root(&between)).max(0.0)
    }
}
