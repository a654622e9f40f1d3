//! Products of matrices, in C order whatever the order of the factors.

use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

/// Rows of the result that one task computes. It does not depend on the number of threads, so neither do the bits.
pub(crate) const ROWS: usize = 128;

/// a · b, on all threads of the current rayon pool.
pub(crate) fn product(a: ArrayView2<f64>, b: ArrayView2<f64>) -> Array2<f64> {
    let mut out = Array2::zeros((a.nrows(), b.ncols()));
    out.axis_chunks_iter_mut(Axis(0), ROWS)
        .into_par_iter()
        .zip(a.axis_chunks_iter(Axis(0), ROWS).into_par_iter())
        .for_each(|(mut out, a)| ndarray::linalg::general_mat_mul(1.0, &a, &b, 0.0, &mut out));
    out
}

/// a · bᵀ, on this thread. `dot` would choose the order of the result by that of the factors, and a matrix with one
/// column has both.
pub(crate) fn with_transposed(a: ArrayView2<f64>, b: ArrayView2<f64>) -> Array2<f64> {
    let mut out = Array2::zeros((a.nrows(), b.nrows()));
    ndarray::linalg::general_mat_mul(1.0, &a, &b.t(), 0.0, &mut out);
    out
}
