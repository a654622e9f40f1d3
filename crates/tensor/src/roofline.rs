//! The peak of a core: what everything else is measured against.

use crate::Isa;
use crate::simd::{Kernel, Simd, dispatch};

/// Independent sums, as many as a core needs in flight so that none waits for the one before it.
const SUMS: usize = 12;

/// Runs `rounds` rounds of fused multiply-adds on registers, and nothing else, on the calling thread.
/// Returns the number of floating-point operations: two for each multiply-add and lane.
///
/// # Panics
/// If this processor does not support `isa`.
pub fn multiply_adds(isa: Isa, rounds: usize) -> u64 {
    let mut flops = 0;
    dispatch(isa, MultiplyAdds { rounds, flops: &mut flops });
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
        // The result is not used, and without this the compiler would drop the loop.
        std::hint::black_box(sums);
        *self.flops = (2 * S::LANES * SUMS * self.rounds) as u64;
    }
}
