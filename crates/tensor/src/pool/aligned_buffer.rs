use std::ops::{Deref, DerefMut};

use memmap2::MmapMut;

/// Floats that live as long as a run, aligned to a cache line and in large pages where the system has
/// them.
///
/// Kernels walk through dozens of places at a time, rows of images apart. With small pages the processor
/// would look up the address of each.
#[derive(Debug)]
pub struct AlignedBuffer {
    memory: MmapMut,
    len: usize,
}

impl AlignedBuffer {
    /// `len` zeros.
    ///
    /// # Panics
    /// If memory runs out.
    pub fn zeros(len: usize) -> Self {
        let memory = MmapMut::map_anon(size_of::<f32>() * len.max(1)).expect("memory to work in");
        // Miri does not support the hint.
        #[cfg(all(target_os = "linux", not(miri)))]
        // Only a hint: without it the memory is merely slower.
        let _ = memory.advise(memmap2::Advice::HugePage);
        Self { memory, len }
    }

    /// `len` times NaN.
    ///
    /// # Panics
    /// If memory runs out.
    pub fn nan(len: usize) -> Self {
        let mut floats = Self::zeros(len);
        // All bits set are a NaN.
        floats.memory.fill(u8::MAX);
        floats
    }
}

impl Deref for AlignedBuffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &bytemuck::cast_slice(&self.memory)[..self.len]
    }
}

impl DerefMut for AlignedBuffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut bytemuck::cast_slice_mut(&mut self.memory)[..self.len]
    }
}
