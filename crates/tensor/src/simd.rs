//! Vectors of floats, as wide as the processor has them.
//!
//! One generic body for each kernel, over the trait `Simd`; one thin instance for each instruction
//! set, chosen when the program runs, so that a binary built for any processor is fast on this one.
#![expect(
    unsafe_code,
    reason = "vector instructions exist on some processors only, and work through pointers"
)]

mod plain;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use self::plain::{Portable, Single};

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
