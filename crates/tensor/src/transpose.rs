/// Floats on a side of the blocks in which a matrix is transposed: of sizes that are powers of two, the
/// lines of more rows would compete for the same few places in the cache.
const BLOCK: usize = 8;

/// t ← wᵀ, block by block, so that both sides stay in the cache. w has `cols` columns.
pub(crate) fn transpose(w: &[f32], cols: usize, t: &mut [f32]) {
    let rows = w.len() / cols;
    for row in (0..rows).step_by(BLOCK) {
        for col in (0..cols).step_by(BLOCK) {
            for j in col..cols.min(col + BLOCK) {
                for i in row..rows.min(row + BLOCK) {
                    t[j * rows + i] = w[i * cols + j];
                }
            }
        }
    }
}
