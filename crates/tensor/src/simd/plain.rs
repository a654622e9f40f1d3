//! Vectors in plain Rust.

use super::Simd;

/// Four floats at a time in plain Rust, which compiles to vector instructions of any processor.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Simd for Portable {
    type V = [f32; 4];
    const LANES: usize = 4;
    const MAX_VECTORS: usize = 2;
    const HAS_32_REGISTERS: bool = false;

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
        // Where the processor has no fused multiply-add, `f32::mul_add` is a library call.
        std::array::from_fn(|i| a[i] * b[i] + c[i])
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> Self::V {
        // SAFETY: four floats can be read, by the caller's promise; an array needs no stricter alignment.
        unsafe { *from.cast() }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, v: Self::V) {
        // SAFETY: four floats can be written, by the caller's promise.
        unsafe { *to.cast() = v }
    }
}

/// One float at a time, for the remainder of a row.
#[derive(Clone, Copy)]
pub(crate) struct Single;

impl Simd for Single {
    type V = f32;
    const LANES: usize = 1;
    const MAX_VECTORS: usize = 1;
    const HAS_32_REGISTERS: bool = false;

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
