use std::hint::black_box;

/// Floats of a cache line.
const LINE: usize = 16;

/// Brings floats near by reading them from the first line to the last.
///
/// Processors fetch ahead of what is read in order, and hardly of anything else. A transform that reads here
/// and there, tile by tile, would wait for memory at each line; after this it waits for a cache.
#[inline(always)]
pub(crate) fn bring(floats: &[f32]) {
    let mut bits = 0;
    for line in floats.chunks(LINE) {
        bits |= line[0].to_bits();
    }
    // Otherwise the compiler sees that nobody asks for what was read.
    black_box(bits);
}
