use ndarray::{Array2, Axis};

/// Features of images: a row of numbers for each.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::len_without_is_empty, reason = "there are at least two rows")]
pub struct Features {
    rows: Array2<f32>,
}

/// Why an array cannot be features. Each message completes a sentence that starts with the array's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeaturesError {
    /// The numbers are not a whole number of rows.
    #[error("has {floats} numbers, which is not a whole number of rows of {dim}")]
    Ragged {
        /// How many numbers there are.
        floats: usize,
        /// The length of a row.
        dim: usize,
    },
    /// There are too few rows to have a covariance.
    #[error("has {0} of the at least 2 rows that it needs, one for each image")]
    Few(usize),
    /// A number is NaN or infinite.
    #[error("contains NaN or infinity in row {row}, column {column}")]
    NotFinite {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
    },
}

impl Features {
    /// Rows of `dim` numbers, one after the other.
    ///
    /// # Errors
    /// If they are not at least two whole rows of finite numbers.
    pub fn new(floats: Vec<f32>, dim: usize) -> Result<Self, FeaturesError> {
        let ragged = FeaturesError::Ragged { floats: floats.len(), dim };
        if dim == 0 || !floats.len().is_multiple_of(dim) {
            return Err(ragged);
        }
        if floats.len() < 2 * dim {
            return Err(FeaturesError::Few(floats.len() / dim));
        }
        if let Some(at) = floats.iter().position(|v| !v.is_finite()) {
            return Err(FeaturesError::NotFinite { row: at / dim, column: at % dim });
        }
        let rows = Array2::from_shape_vec((floats.len() / dim, dim), floats);
        Ok(Self { rows: rows.map_err(|_| ragged)? })
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.rows.nrows()
    }

    /// The number of features of each.
    pub fn dim(&self) -> usize {
        self.rows.ncols()
    }

    /// The features of the i-th image.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn row(&self, i: usize) -> &[f32] {
        let dim = self.dim();
        &self.rows.as_slice().expect("rows are contiguous")[i * dim..(i + 1) * dim]
    }

    /// The features of these images, in this order.
    ///
    /// # Panics
    /// If there are fewer than two, or one of them does not exist.
    #[must_use]
    pub fn select(&self, images: &[usize]) -> Self {
        assert!(images.len() >= 2, "{} images are not a set", images.len());
        Self { rows: self.rows.select(Axis(0), images) }
    }

    /// In double precision, for sums over many of them.
    pub(crate) fn wide(&self) -> Array2<f64> {
        self.rows.mapv(f64::from)
    }
}
