use std::hint::black_box;

/// Floats of a cache line.
const LINE: usize = 16;

/// Brings floats into the cache by reading one of each line, in order.
///
/// Processors prefetch sequential reads well and little else. A transform reads tile by tile and would
/// wait for memory at each line; after this it waits for a cache.
#[inline(always)]
pub(crate) fn prefetch(floats: &[f32]) {
    let mut bits = 0;
    for line in floats.chunks(LINE) {
        bits |= line[0].to_bits();
    }
    // The result is not used, and without this the compiler would drop the loop.
    black_box(bits);
}
