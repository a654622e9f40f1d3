//! A matrix product that packs nothing: its right operand lies in *panels* already, because the
//! transform that made it put it there.
#![expect(
    unsafe_code,
    reason = "the inner loop works through pointers; bounds are proved before it"
)]

use crate::gemm::Accum;
use crate::plan::{all_threads, share};
use crate::simd::{Kernel, Level, Simd, Single, dispatch};

/// Columns of a panel.
pub(crate) const PANEL: usize = 64;

/// Rows of the block that the micro-kernel keeps in registers.
const ROWS: usize = 6;

/// Where element (row, col) lies in a (rows × cols) matrix that is cut into panels of 64 columns, one
/// behind the other; the last panel is as narrow as what is left.
pub(crate) fn in_panels((rows, cols): (usize, usize), row: usize, col: usize) -> usize {
    let first = col / PANEL * PANEL;
    first * rows + row * PANEL.min(cols - first) + col - first
}

/// panels ← a row-major matrix of `cols` columns, cut into panels.
pub(crate) fn arrange(matrix: &[f32], cols: usize, panels: &mut [f32]) {
    let rows = matrix.len() / cols;
    let panels = panels.chunks_mut(rows * PANEL).enumerate();
    share(panels, all_threads(), |(panel, to), _| {
        let width = to.len() / rows;
        for (to, from) in to.chunks_exact_mut(width).zip(matrix.chunks_exact(cols)) {
            to.copy_from_slice(&from[panel * PANEL..][..width]);
        }
    });
}

/// Rows of a panel that are asked for ahead of the row that is multiplied. Panels stream from the
/// second-level cache, and the processor's own prefetching comes a little late for that: measured, 6
/// gave 8 % over none, and 3 to 16 nearly the same.
const AHEAD: usize = 6;

/// The left operand: element (i, k) lies at `i·row` plus where k lies.
#[derive(Clone, Copy)]
pub(crate) struct Left<'a> {
    pub(crate) data: &'a [f32],
    pub(crate) rows: usize,
    pub(crate) row: usize,
    pub(crate) depth: Depth,
}

/// Where k lies in the left operand: k = run·len + j at `run·run_step + j·step`. So the windows of a
/// picture need not be copied into a matrix: their rows are runs a picture's row apart.
#[derive(Clone, Copy)]
pub(crate) struct Depth {
    pub(crate) runs: usize,
    pub(crate) run_step: usize,
    pub(crate) len: usize,
    pub(crate) step: usize,
}

impl Depth {
    /// All k as far apart.
    pub(crate) fn even(len: usize, step: usize) -> Self {
        Self { runs: 1, run_step: 0, len, step }
    }

    /// How many k there are.
    fn total(self) -> usize {
        self.runs * self.len
    }

    /// Where the last k lies.
    fn last(self) -> usize {
        (self.runs - 1) * self.run_step + (self.len - 1) * self.step
    }
}

/// [`multiply`] with the instructions of `level`.
pub(crate) fn multiply_on(
    level: Level,
    accum: Accum,
    a: Left,
    (b, cols): (&[f32], usize),
    c: &mut [f32],
) {
    dispatch(level, Product { accum, a, b, cols, c });
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
/// one sum in the order of k, whatever block it lies in: a row's result does not depend on the rows
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
    assert!(a.data.len() > (a.rows - 1) * a.row + a.depth.last(), "the left is too small");
    assert_eq!(b.len(), depth * cols, "the right operand is {depth} × {cols}");
    assert_eq!(c.len(), a.rows * cols, "the product is {} × {cols}", a.rows);
    for first in (0..cols).step_by(PANEL) {
        let width = PANEL.min(cols - first);
        let panel = &b[first * depth..][..width * depth];
        let mut col = 0;
        // The widest blocks first; what is left takes narrower ones.
        while S::WIDE >= 4 && width - col >= 4 * S::LANES {
            strip::<S, 4>(simd, accum, a, (panel, width, col), &mut c[first..], cols);
            col += 4 * S::LANES;
        }
        while S::WIDE >= 4 && width - col >= 3 * S::LANES {
            strip::<S, 3>(simd, accum, a, (panel, width, col), &mut c[first..], cols);
            col += 3 * S::LANES;
        }
        while S::WIDE >= 2 && width - col >= 2 * S::LANES {
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

/// The columns of `W` vectors, from `col` of a panel on, in all rows; c begins with the panel's
/// first column.
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
            1 | 2 if S::MANY && left >= 12 => 12,
            3 if S::MANY && left >= 8 => 8,
            _ => ROWS.min(left),
        };
        assert!(count <= left, "{count} rows of {left}");
        // SAFETY: `multiply` has checked that a has all of its rows and runs, and `count` of them are
        // left; the panel has as many rows as a is deep, each of `width` floats, of which those from `col` on are at
        // least W vectors; c has `rows` rows `cols` apart, whose last has `width` floats.
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

/// R rows by W vectors of the product, kept in registers from the first k to the last.
///
/// # Safety
/// Element (r, k) of the left can be read, counted from `a`, for r < R and all k of its depth; W
/// vectors can be read from each of as many rows at `b`, and read and written in each of R rows at `c`.
#[inline(always)]
unsafe fn block<S: Simd, const W: usize, const R: usize>(
    simd: S,
    accum: Accum,
    (a, a_row, depth): (*const f32, usize, Depth),
    (mut b, b_row): (*const f32, usize),
    (c, c_row): (*mut f32, usize),
) {
    let mut sums = [[simd.splat(0.0); W]; R];
    // SAFETY: all of it within what the caller has promised.
    unsafe {
        for run in 0..depth.runs {
            let a = a.add(run * depth.run_step);
            for k in 0..depth.len {
                let mut right = [simd.splat(0.0); W];
                for (j, right) in right.iter_mut().enumerate() {
                    simd.prefetch(b.wrapping_add(AHEAD * b_row + j * S::LANES));
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
                    Accum::Replace => sum,
                    Accum::Add => simd.add(simd.load(to), sum),
                };
                simd.store(to, sum);
            }
        }
    }
}
