//! What a core can do at most: the measure for everything else.

use crate::simd::{Kernel, Level, Simd, dispatch};

/// Sums that a core needs to have under way, so that none waits for the one before it.
const SUMS: usize = 12;

/// A loop of nothing but fused multiply-adds on registers, `rounds` times round, on the calling thread.
/// Gives the floating-point operations that it made, two for each multiply-add and lane.
pub fn multiply_adds(level: Level, rounds: usize) -> u64 {
    let mut flops = 0;
    dispatch(level, MultiplyAdds { rounds, flops: &mut flops });
    flops
}

struct MultiplyAdds<'a> {
    rounds: usize,
    flops: &'a mut u64,
}

impl Kernel for MultiplyAdds<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (factor, term) = (simd.splat(0.999), simd.splat(0.001));
        let mut sums = [simd.splat(0.5); SUMS];
        for _ in 0..self.rounds {
            for sum in &mut sums {
                *sum = simd.mul_add(*sum, factor, term);
            }
        }
        // Looked at, so that the loop is not left out.
        std::hint::black_box(sums);
        *self.flops = (2 * S::LANES * SUMS * self.rounds) as u64;
    }
}
