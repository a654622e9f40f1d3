//! A matrix product that packs nothing: its right operand is already laid out in *panels*, by the
//! transform that produced it. Sizes have their names in BLIS (Van Zee & van de Geijn 2015): a panel is
//! [`NR`] columns wide, the micro-kernel computes [`MR`] rows at a time.
#![expect(
    unsafe_code,
    reason = "the inner loop works through pointers; bounds are checked before it"
)]

use crate::pool::{all_threads, parallel_for};
use crate::simd::{Kernel, Simd, Single, dispatch};
use crate::{Accum, Isa};

/// Columns of a panel of the right operand.
pub(crate) const NR: usize = 64;

/// Rows of the block that the micro-kernel keeps in registers; some units have registers for more.
const MR: usize = 6;

/// The index of element (row, col) of a (rows × cols) matrix in panels of [`NR`] columns, one after the
/// other; the last panel may be narrower.
pub(crate) fn in_panels((rows, cols): (usize, usize), row: usize, col: usize) -> usize {
    let first = col / NR * NR;
    first * rows + row * NR.min(cols - first) + col - first
}

/// panels ← a row-major matrix of `cols` columns.
pub(crate) fn pack_panels(matrix: &[f32], cols: usize, panels: &mut [f32]) {
    let rows = matrix.len() / cols;
    let panels = panels.chunks_mut(rows * NR).enumerate();
    parallel_for(panels, all_threads(), |(panel, to), _| {
        let width = to.len() / rows;
        for (to, from) in to.chunks_exact_mut(width).zip(matrix.chunks_exact(cols)) {
            to.copy_from_slice(&from[panel * NR..][..width]);
        }
    });
}

/// How many rows of a panel ahead of the current one are prefetched. Panels stream from the second-level
/// cache, for which the processor's own prefetching comes a little late: measured, 6 gave 8 % over none,
/// and 3 to 16 nearly the same.
const PREFETCH_ROWS: usize = 6;

/// The left operand: element (i, k) lies at `i·row` plus the offset of k in [`Depth`].
#[derive(Clone, Copy)]
pub(crate) struct Left<'a> {
    pub(crate) data: &'a [f32],
    pub(crate) rows: usize,
    pub(crate) row: usize,
    pub(crate) depth: Depth,
}

/// The offset of k in the left operand: for k = run·len + j it is `run·run_step + j·step`. So the windows
/// of an image need not be copied into a matrix: they consist of runs that are an image row apart.
#[derive(Clone, Copy)]
pub(crate) struct Depth {
    pub(crate) runs: usize,
    pub(crate) run_step: usize,
    pub(crate) len: usize,
    pub(crate) step: usize,
}

impl Depth {
    /// One float after the other.
    pub(crate) fn contiguous(len: usize) -> Self {
        Self::strided(len, 1)
    }

    /// All k `step` floats apart.
    pub(crate) fn strided(len: usize, step: usize) -> Self {
        Self { runs: 1, run_step: 0, len, step }
    }

    /// The number of k.
    fn total(self) -> usize {
        self.runs * self.len
    }

    /// The offset of the last k.
    fn last(self) -> usize {
        (self.runs - 1) * self.run_step + (self.len - 1) * self.step
    }
}

/// [`multiply`] with the instructions of `isa`.
pub(crate) fn multiply_with(
    isa: Isa,
    accum: Accum,
    a: Left,
    (b, cols): (&[f32], usize),
    c: &mut [f32],
) {
    dispatch(isa, Product { accum, a, b, cols, c });
}

struct Product<'a> {
    accum: Accum,
    a: Left<'a>,
    b: &'a [f32],
    cols: usize,
    c: &'a mut [f32],
}

impl Kernel for Product<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        multiply(simd, self.accum, self.a, (self.b, self.cols), self.c);
    }
}

/// C ← A·B or C ← C + A·B, on the calling thread.
///
/// A is (rows × depth), B (depth × cols) in panels, C row-major with `cols` columns. Each element is
/// one sum in the order of k, whichever block it lies in: a row's result does not depend on the rows
/// around it.
#[inline(always)]
pub(crate) fn multiply<S: Simd>(
    simd: S,
    accum: Accum,
    a: Left,
    (b, cols): (&[f32], usize),
    c: &mut [f32],
) {
    let depth = a.depth.total();
    assert!(a.rows > 0 && depth > 0 && cols > 0, "a product without elements");
    assert!(a.data.len() > (a.rows - 1) * a.row + a.depth.last(), "the left operand is too small");
    assert_eq!(b.len(), depth * cols, "the right operand is {depth} × {cols}");
    assert_eq!(c.len(), a.rows * cols, "the product is {} × {cols}", a.rows);
    for first in (0..cols).step_by(NR) {
        let width = NR.min(cols - first);
        let panel = &b[first * depth..][..width * depth];
        let mut col = 0;
        // The widest blocks first, narrower ones for the rest.
        while S::MAX_VECTORS >= 4 && width - col >= 4 * S::LANES {
            strip::<S, 4>(simd, accum, a, (panel, width, col), &mut c[first..], cols);
            col += 4 * S::LANES;
        }
        while S::MAX_VECTORS >= 4 && width - col >= 3 * S::LANES {
            strip::<S, 3>(simd, accum, a, (panel, width, col), &mut c[first..], cols);
            col += 3 * S::LANES;
        }
        while S::MAX_VECTORS >= 2 && width - col >= 2 * S::LANES {
            strip::<S, 2>(simd, accum, a, (panel, width, col), &mut c[first..], cols);
            col += 2 * S::LANES;
        }
        while width - col >= S::LANES {
            strip::<S, 1>(simd, accum, a, (panel, width, col), &mut c[first..], cols);
            col += S::LANES;
        }
        while width > col {
            strip::<Single, 1>(Single, accum, a, (panel, width, col), &mut c[first..], cols);
            col += 1;
        }
    }
}

/// `W` vectors of columns of a panel, starting at `col`, in all rows; c starts at the panel's first
/// column.
#[inline(always)]
fn strip<S: Simd, const W: usize>(
    simd: S,
    accum: Accum,
    a: Left,
    (panel, width, col): (&[f32], usize, usize),
    c: &mut [f32],
    cols: usize,
) {
    assert!(panel.len() == a.depth.total() * width);
    assert!(col + W * S::LANES <= width && c.len() >= (a.rows - 1) * cols + width);
    let mut row = 0;
    while row < a.rows {
        let left = a.rows - row;
        // A narrow block has registers left for more rows.
        let count = match W {
            1 | 2 if S::HAS_32_REGISTERS && left >= 12 => 12,
            3 if S::HAS_32_REGISTERS && left >= 8 => 8,
            _ => MR.min(left),
        };
        assert!(count <= left, "{count} rows of {left}");
        // SAFETY: `multiply` has checked that all rows and runs of a lie inside its data, and at least
        // `count` rows are left; the panel has one row of `width` floats for each k, with at least W
        // vectors from `col` on; c has `a.rows` rows that are `cols` apart, the last with `width` floats.
        unsafe {
            let b = panel.as_ptr().add(col);
            let left = a.data.as_ptr().add(row * a.row);
            let c = c.as_mut_ptr().add(row * cols + col);
            let (left, b, to) = ((left, a.row, a.depth), (b, width), (c, cols));
            match count {
                12 => block::<S, W, 12>(simd, accum, left, b, to),
                8 => block::<S, W, 8>(simd, accum, left, b, to),
                6 => block::<S, W, 6>(simd, accum, left, b, to),
                5 => block::<S, W, 5>(simd, accum, left, b, to),
                4 => block::<S, W, 4>(simd, accum, left, b, to),
                3 => block::<S, W, 3>(simd, accum, left, b, to),
                2 => block::<S, W, 2>(simd, accum, left, b, to),
                _ => block::<S, W, 1>(simd, accum, left, b, to),
            }
        }
        row += count;
    }
}

/// The micro-kernel: R rows by W vectors of the product, kept in registers from the first k to the last.
///
/// # Safety
/// Element (r, k) of the left operand can be read, counted from `a`, for r < R and all k of its depth; W
/// vectors can be read from each of that many rows at `b`, and read and written in each of R rows at `c`.
#[inline(always)]
unsafe fn block<S: Simd, const W: usize, const R: usize>(
    simd: S,
    accum: Accum,
    (a, a_row, depth): (*const f32, usize, Depth),
    (mut b, b_row): (*const f32, usize),
    (c, c_row): (*mut f32, usize),
) {
    let mut sums = [[simd.splat(0.0); W]; R];
    // SAFETY: all accesses are within what the caller has promised.
    unsafe {
        for run in 0..depth.runs {
            let a = a.add(run * depth.run_step);
            for k in 0..depth.len {
                let mut right = [simd.splat(0.0); W];
                for (j, right) in right.iter_mut().enumerate() {
                    simd.prefetch(b.wrapping_add(PREFETCH_ROWS * b_row + j * S::LANES));
                    *right = simd.load(b.add(j * S::LANES));
                }
                for (r, sums) in sums.iter_mut().enumerate() {
                    let left = simd.splat(*a.add(r * a_row + k * depth.step));
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = simd.mul_add(left, right, *sum);
                    }
                }
                b = b.wrapping_add(b_row);
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            for (j, &sum) in sums.iter().enumerate() {
                let to = c.add(r * c_row + j * S::LANES);
                let sum = match accum {
                    Accum::Overwrite => sum,
                    Accum::Add => simd.add(simd.load(to), sum),
                };
                simd.store(to, sum);
            }
        }
    }
}
