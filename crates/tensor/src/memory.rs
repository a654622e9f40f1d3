use std::ops::{Deref, DerefMut};

use memmap2::MmapMut;

/// So many floats for as long as a run lasts, in large pages where the system has them.
///
/// Kernels go through dozens of places at a time, rows of pictures apart. With small pages the processor
/// would look up where each of them is.
#[derive(Debug)]
pub struct Floats {
    memory: MmapMut,
    len: usize,
}

impl Floats {
    /// `len` zeros, from the beginning of a cache line on: a vector that lies across two lines takes
    /// twice as long to load.
    ///
    /// # Panics
    /// If there is no more memory.
    pub fn zeros(len: usize) -> Self {
        let memory = MmapMut::map_anon(size_of::<f32>() * len.max(1)).expect("memory to work with");
        // Miri knows no hints.
        #[cfg(all(target_os = "linux", not(miri)))]
        // Only a hint; without it the memory is as good, and a little slower.
        let _ = memory.advise(memmap2::Advice::HugePage);
        Self { memory, len }
    }

    /// The same, all of them NaN.
    ///
    /// # Panics
    /// If there is no more memory.
    pub fn nans(len: usize) -> Self {
        let mut floats = Self::zeros(len);
        // All bits set are a NaN.
        floats.memory.fill(u8::MAX);
        floats
    }
}

impl Deref for Floats {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &bytemuck::cast_slice(&self.memory)[..self.len]
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut bytemuck::cast_slice_mut(&mut self.memory)[..self.len]
    }
}
