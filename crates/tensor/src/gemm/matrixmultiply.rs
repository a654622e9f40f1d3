//! A safe wrapper of `matrixmultiply`: a product of matrix views, with its bounds checked.
//!
//! `matrixmultiply` allocates memory for its packed operands on each call, and chooses its own
//! instruction set.
#![expect(unsafe_code, reason = "sgemm takes raw pointers; the bounds are checked before the call")]

use crate::Accum;

/// A matrix to read, in any orientation.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

impl<'a> Matrix<'a> {
    /// `data` as rows × cols, row-major.
    #[track_caller]
    pub(crate) fn new(data: &'a [f32], rows: usize, cols: usize) -> Self {
        assert_eq!(
            data.len(),
            rows * cols,
            "{} floats for a matrix of {rows} × {cols}",
            data.len()
        );
        Self { data, rows, cols, row_stride: cols, col_stride: 1 }
    }

    /// The transpose: the same floats, with the strides exchanged.
    pub(crate) fn transpose(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            ..self
        }
    }
}

/// C ← A·B or C ← C + A·B, with C row-major (a.rows × b.cols).
///
/// On the calling thread; parallelism is one level up, over groups of images.
#[track_caller]
pub(crate) fn gemm(accum: Accum, a: Matrix, b: Matrix, c: &mut [f32]) {
    assert_eq!(a.cols, b.rows, "the inner sizes of a product differ");
    assert_eq!(c.len(), a.rows * b.cols, "the product is {} × {}", a.rows, b.cols);
    let beta = match accum {
        Accum::Overwrite => 0.0,
        Accum::Add => 1.0,
    };
    // SAFETY: `Matrix` holds rows·cols floats and its strides are (cols, 1) or (1, rows), so every
    // element (i, j) with i < rows and j < cols lies inside its slice; `c` holds rows·cols floats
    // by the assertion above and, being `&mut`, overlaps neither operand.
    unsafe {
        matrixmultiply::sgemm(
            a.rows,
            a.cols,
            b.cols,
            1.0,
            a.data.as_ptr(),
            a.row_stride as isize,
            a.col_stride as isize,
            b.data.as_ptr(),
            b.row_stride as isize,
            b.col_stride as isize,
            beta,
            c.as_mut_ptr(),
            b.cols as isize,
            1,
        );
    }
}
