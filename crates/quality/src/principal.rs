use ndarray::{Array1, Array2, s};

use crate::gaussian::Gaussian;
use crate::product::product;
use crate::{Features, Set};

/// The side to which images are reduced before anything is computed from their pixels.
const COARSE: usize = 16;

/// The space of the first principal components of real images, in units of the root mean variance along them. So the
/// mean variance of those images is 1 whatever their contrast, and all figures in this space can be compared between
/// datasets.
#[derive(Clone, Debug)]
pub struct PrincipalComponents {
    mean: Array1<f64>,
    /// As columns, scaled.
    directions: Array2<f64>,
}

impl PrincipalComponents {
    /// At most `count` components of real images, and fewer than there are images.
    ///
    /// # Panics
    /// If `count` is 0.
    #[must_use]
    pub fn fit(reals: &Features, count: usize) -> Self {
        let count = count.min(reals.dim()).min(reals.len() - 1);
        assert!(count > 0, "no components");
        let gaussian = Gaussian::fit(&reals.wide());
        let axes = gaussian.axes();
        let variance = axes.variances[..count].iter().sum::<f64>() / count as f64;
        // Images that are all the same have no variance.
        let scale = if variance > 0.0 { variance.sqrt().recip() } else { 1.0 };
        let directions = axes.directions.slice(s![.., ..count]).mapv(|v| v * scale);
        Self { mean: gaussian.mean, directions }
    }

    /// The number of components.
    #[must_use]
    pub fn count(&self) -> usize {
        self.directions.ncols()
    }

    /// The components of other images.
    ///
    /// # Panics
    /// If their features are of another kind.
    #[must_use]
    pub fn project(&self, images: &Features) -> Features {
        let centred = images.wide() - &self.mean;
        let rows = product(centred.view(), self.directions.view()).mapv(|v| v as f32);
        let floats = rows.into_iter().collect();
        Features::new(floats, self.count()).expect("projections of finite numbers are finite")
    }
}

/// The pixels of images, reduced to 16 × 16 by averaging over areas, from 0 to 255. That is enough for shapes and
/// colours, and a covariance of all pixels would be too large; grain is measured by [`crate::Measure`].
///
/// # Panics
/// If there are fewer than two images.
#[must_use]
pub fn coarse_pixels(images: Set) -> Features {
    let (side, channels) = (images.side(), images.channels());
    let factor = side / COARSE;
    let mut floats = Vec::with_capacity(images.len() * COARSE * COARSE * channels);
    for i in 0..images.len() {
        let image = images.image(i);
        for (y, x) in (0..COARSE * COARSE).map(|at| (at / COARSE, at % COARSE)) {
            for c in 0..channels {
                let area = (0..factor * factor).map(|at| {
                    let (row, column) = (y * factor + at / factor, x * factor + at % factor);
                    u32::from(image[(row * side + column) * channels + c])
                });
                floats.push(area.sum::<u32>() as f32 / (factor * factor) as f32);
            }
        }
    }
    Features::new(floats, COARSE * COARSE * channels).expect("at least two images")
}
