/// Floats on a side of the blocks in which a matrix is transposed: a cache line on both sides. Of sizes
/// that are powers of two, the lines of more rows would compete for the same few places in the cache.
const BLOCK: usize = 16;

/// Floats on a side of what is turned at a time.
const TILE: usize = 4;

/// t ← wᵀ, block by block, so that both sides stay in the cache. w has `cols` columns.
pub(crate) fn transpose(w: &[f32], cols: usize, t: &mut [f32]) {
    let rows = w.len() / cols;
    for row in (0..rows).step_by(BLOCK) {
        for col in (0..cols).step_by(BLOCK) {
            let (below, beyond) = (rows.min(row + BLOCK), cols.min(col + BLOCK));
            for j in (col..beyond).step_by(TILE) {
                for i in (row..below).step_by(TILE) {
                    let (w, t) = (&w[i * cols + j..], &mut t[j * rows + i..]);
                    match (TILE.min(below - i), TILE.min(beyond - j)) {
                        (TILE, TILE) => turn(w, cols, t, rows),
                        part => turn_part(part, w, cols, t, rows),
                    }
                }
            }
        }
    }
}

/// The first four columns of four rows, `cols` apart, to as many rows that are `rows` apart.
#[inline(always)]
fn turn(w: &[f32], cols: usize, t: &mut [f32], rows: usize) {
    let row = |i: usize| w[i * cols..].first_chunk::<TILE>().expect("a whole tile");
    // All are read before one is written, so that the compiler sees vectors.
    let [&a, &b, &c, &d] = [row(0), row(1), row(2), row(3)];
    for j in 0..TILE {
        let to = t[j * rows..].first_chunk_mut().expect("a whole tile");
        *to = [a[j], b[j], c[j], d[j]];
    }
}

/// The same of fewer rows or columns.
fn turn_part((down, across): (usize, usize), w: &[f32], cols: usize, t: &mut [f32], rows: usize) {
    for j in 0..across {
        for i in 0..down {
            t[j * rows + i] = w[i * cols + j];
        }
    }
}
