//! Vectors of floats, as wide as the processor has them.
//!
//! One generic body for each kernel, over the trait `Simd`; one thin instance for each instruction
//! set, chosen when the program runs, so that a binary built for any processor is fast on this one.
#![expect(
    unsafe_code,
    reason = "vector instructions exist on some processors only, and work through pointers"
)]

/// Which instructions kernels use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// AVX-512: 16 floats at a time.
    Avx512,
    /// AVX2 and FMA: 8 floats at a time.
    Avx2,
    /// What every processor has.
    Portable,
}

impl Level {
    /// The best that this processor has.
    pub fn detect() -> Self {
        [Self::Avx512, Self::Avx2]
            .into_iter()
            .find(|level| level.is_here())
            .unwrap_or(Self::Portable)
    }

    /// Whether this processor has it.
    pub fn is_here(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        match self {
            Self::Avx512 => return is_x86_feature_detected!("avx512f"),
            Self::Avx2 => {
                return is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            }
            Self::Portable => {}
        }
        self == Self::Portable
    }
}

/// A vector unit. A value of the type is the proof that this processor has it.
pub(crate) trait Simd: Copy + Send + Sync {
    /// A vector.
    type V: Copy;

    /// Floats in a vector.
    const LANES: usize;

    /// Vectors in a row of the block that the micro-kernel keeps in registers.
    const WIDE: usize;

    /// Whether there are 32 registers, not 16.
    const MANY: bool;

    fn splat(self, x: f32) -> Self::V;
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;

    /// a·b + c.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;

    /// Asks for the memory at `from`, which need not exist, to be brought near.
    fn prefetch(self, _from: *const f32) {}

    /// # Safety
    /// `LANES` floats can be read at `from`.
    unsafe fn load(self, from: *const f32) -> Self::V;

    /// # Safety
    /// `LANES` floats can be written at `to`.
    unsafe fn store(self, to: *mut f32, v: Self::V);
}

/// A kernel that is generic over the vector unit it runs on.
pub(crate) trait Kernel {
    fn run<S: Simd>(self, simd: S);
}

/// Runs a kernel with the instructions of `level`.
///
/// # Panics
/// If this processor does not have them.
pub(crate) fn dispatch(level: Level, kernel: impl Kernel) {
    assert!(level.is_here(), "this processor has no {level:?}");
    match level {
        // SAFETY: the processor has the features, as was just asserted.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { x86::with_avx512(kernel) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { x86::with_avx2(kernel) },
        _ => kernel.run(Portable),
    }
}

/// Four floats at a time in plain Rust, which compilers turn into what every processor has.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Simd for Portable {
    type V = [f32; 4];
    const LANES: usize = 4;
    const WIDE: usize = 2;
    const MANY: bool = false;

    #[inline(always)]
    fn splat(self, x: f32) -> Self::V {
        [x; 4]
    }

    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        std::array::from_fn(|i| a[i] + b[i])
    }

    #[inline(always)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        std::array::from_fn(|i| a[i] - b[i])
    }

    #[inline(always)]
    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        std::array::from_fn(|i| a[i] * b[i])
    }

    #[inline(always)]
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        // A fused multiply-add would be a call into a library where the processor has none.
        std::array::from_fn(|i| a[i] * b[i] + c[i])
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> Self::V {
        // SAFETY: four floats can be read, by the caller's promise; an array needs no more alignment.
        unsafe { *from.cast() }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, v: Self::V) {
        // SAFETY: four floats can be written, by the caller's promise.
        unsafe { *to.cast() = v }
    }
}

/// One float at a time, for what is left over at the end of a row.
#[derive(Clone, Copy)]
pub(crate) struct Single;

impl Simd for Single {
    type V = f32;
    const LANES: usize = 1;
    const WIDE: usize = 1;
    const MANY: bool = false;

    #[inline(always)]
    fn splat(self, x: f32) -> f32 {
        x
    }

    #[inline(always)]
    fn add(self, a: f32, b: f32) -> f32 {
        a + b
    }

    #[inline(always)]
    fn sub(self, a: f32, b: f32) -> f32 {
        a - b
    }

    #[inline(always)]
    fn mul(self, a: f32, b: f32) -> f32 {
        a * b
    }

    #[inline(always)]
    fn mul_add(self, a: f32, b: f32, c: f32) -> f32 {
        a * b + c
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> f32 {
        // SAFETY: a float can be read, by the caller's promise.
        unsafe { *from }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, v: f32) {
        // SAFETY: a float can be written, by the caller's promise.
        unsafe { *to = v }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
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
        ($unit:ident, $v:ty, $lanes:literal, $wide:literal, $many:literal, $splat:ident, $add:ident, $sub:ident,
         $mul:ident, $fma:ident, $load:ident, $store:ident) => {
            #[derive(Clone, Copy)]
            pub(crate) struct $unit(());

            impl Simd for $unit {
                type V = $v;
                const LANES: usize = $lanes;
                const WIDE: usize = $wide;
                const MANY: bool = $many;

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
                    // SAFETY: every x86-64 has the instruction, and it touches nothing.
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
}
