use nalgebra::DMatrix;
use ndarray::{Array1, Array2, Axis};

use crate::product::product;

/// The mean and the covariance of rows, the latter with divisor n − 1.
#[derive(Clone, Debug)]
pub(crate) struct Gaussian {
    pub(crate) mean: Array1<f64>,
    pub(crate) covariance: Array2<f64>,
}

impl Gaussian {
    pub(crate) fn fit(rows: &Array2<f64>) -> Self {
        let mean = rows.sum_axis(Axis(0)) / rows.nrows() as f64;
        let centred = rows - &mean;
        let covariance = product(centred.t(), centred.view()) / (rows.nrows() - 1) as f64;
        Self { mean, covariance }
    }

    /// The directions of most variance.
    pub(crate) fn axes(&self) -> Axes {
        let dim = self.mean.len();
        let eigen = nalgebra::SymmetricEigen::new(matrix(&self.covariance));
        let mut order: Vec<usize> = (0..dim).collect();
        order.sort_by(|&i, &j| eigen.eigenvalues[j].total_cmp(&eigen.eigenvalues[i]));
        Axes {
            variances: order.iter().map(|&i| eigen.eigenvalues[i].max(0.0)).collect(),
            directions: Array2::from_shape_fn((dim, dim), |(row, column)| {
                eigen.eigenvectors[(row, order[column])]
            }),
        }
    }
}

/// The principal axes of a Gaussian: those with most variance first.
#[derive(Clone, Debug)]
pub(crate) struct Axes {
    pub(crate) variances: Vec<f64>,
    /// As columns.
    pub(crate) directions: Array2<f64>,
}

/// The trace of the square root of a symmetric matrix without negative eigenvalues, except by rounding.
pub(crate) fn trace_of_root(symmetric: &Array2<f64>) -> f64 {
    let values = matrix(symmetric).symmetric_eigenvalues();
    values.iter().map(|value| value.max(0.0).sqrt()).sum()
}

/// A symmetric matrix for nalgebra. Rounding must not make it asymmetric.
fn matrix(symmetric: &Array2<f64>) -> DMatrix<f64> {
    let at = |i, j| (symmetric[(i, j)] + symmetric[(j, i)]) / 2.0;
    DMatrix::from_fn(symmetric.nrows(), symmetric.ncols(), at)
}
