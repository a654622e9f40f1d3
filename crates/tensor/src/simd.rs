//! Vectors of floats, as wide as the processor has them.
//!
//! Each kernel has one generic body over the trait [`Simd`], instantiated for each instruction set. The
//! instance is chosen at run time, so that a binary built for any processor is fast on this one.
#![expect(
    unsafe_code,
    reason = "vector instructions exist only on some processors, and access memory through pointers"
)]

#[cfg(target_arch = "aarch64")]
mod neon;
mod plain;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use self::plain::{Portable, Single};

/// The instruction set that kernels use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// AVX-512: 16 floats at a time.
    Avx512,
    /// AVX2 and FMA: 8 floats at a time.
    Avx2,
    /// NEON, which every 64-bit ARM processor has: 4 floats at a time.
    Neon,
    /// Plain Rust, for any processor: 4 floats at a time.
    Portable,
}

impl Isa {
    /// All of them; the earlier one is the better one where a processor supports two.
    pub const ALL: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Portable];

    /// Those that this processor supports, best first.
    pub fn supported() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|isa| isa.is_supported())
    }

    /// The best instruction set of this processor.
    pub fn detect() -> Self {
        Self::supported().next().unwrap_or(Self::Portable)
    }

    /// Whether this processor supports it.
    pub fn is_supported(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        match self {
            Self::Avx512 => return is_x86_feature_detected!("avx512f"),
            Self::Avx2 => {
                return is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            }
            Self::Neon | Self::Portable => {}
        }
        #[cfg(target_arch = "aarch64")]
        if self == Self::Neon {
            return std::arch::is_aarch64_feature_detected!("neon");
        }
        self == Self::Portable
    }
}

/// A vector unit. A value of the type proves that this processor has it.
pub(crate) trait Simd: Copy + Send + Sync {
    /// A vector.
    type V: Copy;

    /// Floats in a vector.
    const LANES: usize;

    /// The most vectors in a row of the block that the micro-kernel keeps in registers.
    const MAX_VECTORS: usize;

    /// Whether there are 32 registers rather than 16.
    const HAS_32_REGISTERS: bool;

    fn splat(self, x: f32) -> Self::V;
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;

    /// a·b + c.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;

    /// Prefetches the memory at `from`, which need not be valid.
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

/// Runs a kernel with the instructions of `isa`.
///
/// # Panics
/// If this processor does not support them.
pub(crate) fn dispatch(isa: Isa, kernel: impl Kernel) {
    assert!(isa.is_supported(), "this processor does not support {isa:?}");
    match isa {
        // SAFETY: the processor has the features, as was just asserted.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { x86::with_avx512(kernel) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { x86::with_avx2(kernel) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => unsafe { neon::with_neon(kernel) },
        _ => kernel.run(Portable),
    }
}
