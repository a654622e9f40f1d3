//! The vector units of x86-64.

use std::arch::x86_64::*;

use super::{Kernel, Simd};

/// # Safety
/// The processor has AVX-512F.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn with_avx512(kernel: impl Kernel) {
    kernel.run(Avx512(()));
}

/// # Safety
/// The processor has AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn with_avx2(kernel: impl Kernel) {
    kernel.run(Avx2(()));
}

// A vector unit's methods; the type has no constructor outside the two functions above.
macro_rules! unit {
    ($unit:ident, $v:ty, $lanes:literal, $max_vectors:literal, $has_32_registers:literal, $splat:ident, $add:ident, $sub:ident,
     $mul:ident, $fma:ident, $load:ident, $store:ident) => {
        #[derive(Clone, Copy)]
        pub(crate) struct $unit(());

        impl Simd for $unit {
            type V = $v;
            const LANES: usize = $lanes;
            const MAX_VECTORS: usize = $max_vectors;
            const HAS_32_REGISTERS: bool = $has_32_registers;

            #[inline(always)]
            fn splat(self, x: f32) -> $v {
                // SAFETY: `self` proves that the processor has the instruction.
                unsafe { $splat(x) }
            }

            #[inline(always)]
            fn add(self, a: $v, b: $v) -> $v {
                // SAFETY: as above.
                unsafe { $add(a, b) }
            }

            #[inline(always)]
            fn sub(self, a: $v, b: $v) -> $v {
                // SAFETY: as above.
                unsafe { $sub(a, b) }
            }

            #[inline(always)]
            fn mul(self, a: $v, b: $v) -> $v {
                // SAFETY: as above.
                unsafe { $mul(a, b) }
            }

            #[inline(always)]
            fn mul_add(self, a: $v, b: $v, c: $v) -> $v {
                // SAFETY: as above.
                unsafe { $fma(a, b, c) }
            }

            #[inline(always)]
            fn prefetch(self, from: *const f32) {
                // SAFETY: every x86-64 has the instruction, and it does not access memory.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(from.cast()) }
            }

            #[inline(always)]
            unsafe fn load(self, from: *const f32) -> $v {
                // SAFETY: as above, and the floats can be read by the caller's promise.
                unsafe { $load(from) }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut f32, v: $v) {
                // SAFETY: as above, and the floats can be written by the caller's promise.
                unsafe { $store(to, v) }
            }
        }
    };
}

unit!(
    Avx512,
    __m512,
    16,
    4,
    true,
    _mm512_set1_ps,
    _mm512_add_ps,
    _mm512_sub_ps,
    _mm512_mul_ps,
    _mm512_fmadd_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps
);
unit!(
    Avx2,
    __m256,
    8,
    2,
    false,
    _mm256_set1_ps,
    _mm256_add_ps,
    _mm256_sub_ps,
    _mm256_mul_ps,
    _mm256_fmadd_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps
);
