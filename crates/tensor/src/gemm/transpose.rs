/// Floats on a side of the blocks in which a matrix is transposed: a cache line on both sides. With
/// sizes that are powers of two, more rows would compete for the same few cache sets.
const BLOCK: usize = 16;

/// Floats on a side of the tiles that are transposed in registers.
const TILE: usize = 4;

/// t ← wᵀ, block by block, so that both sides stay in the cache. w has `cols` columns.
pub(crate) fn transpose(w: &[f32], cols: usize, t: &mut [f32]) {
    let rows = w.len() / cols;
    for row in (0..rows).step_by(BLOCK) {
        for col in (0..cols).step_by(BLOCK) {
            transpose_block((w, rows, cols), (row, col), t);
        }
    }
}

/// The block of [`transpose`] that starts at (row, col).
#[inline(always)]
fn transpose_block(
    (w, rows, cols): (&[f32], usize, usize),
    (row, col): (usize, usize),
    t: &mut [f32],
) {
    let (last_row, last_col) = (rows.min(row + BLOCK), cols.min(col + BLOCK));
    for j in (col..last_col).step_by(TILE) {
        for i in (row..last_row).step_by(TILE) {
            let (w, t) = (&w[i * cols + j..], &mut t[j * rows + i..]);
            match (TILE.min(last_row - i), TILE.min(last_col - j)) {
                (TILE, TILE) => transpose_tile(w, cols, t, rows),
                size => transpose_partial_tile(size, w, cols, t, rows),
            }
        }
    }
}

/// The first four columns of four rows that are `cols` floats apart, to four rows `rows` floats apart.
#[inline(always)]
fn transpose_tile(w: &[f32], cols: usize, t: &mut [f32], rows: usize) {
    let row = |i: usize| w[i * cols..].first_chunk::<TILE>().expect("a whole tile");
    // All are read before any is written, so that the compiler can use vectors.
    let [&a, &b, &c, &d] = [row(0), row(1), row(2), row(3)];
    for j in 0..TILE {
        let to = t[j * rows..].first_chunk_mut().expect("a whole tile");
        *to = [a[j], b[j], c[j], d[j]];
    }
}

/// The same for fewer rows or columns.
fn transpose_partial_tile(
    (down, across): (usize, usize),
    w: &[f32],
    cols: usize,
    t: &mut [f32],
    rows: usize,
) {
    for j in 0..across {
        for i in 0..down {
            t[j * rows + i] = w[i * cols + j];
        }
    }
}
