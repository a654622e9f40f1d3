use memmap2::MmapMut;
use rayon::slice::{ChunksMut, ParallelSliceMut};

use crate::Method;

/// What kernels work with: memory that they borrow for the length of a call, and the ways of
/// computing that they may choose from.
///
/// It grows to the largest request and then never again. Fresh memory is NaN, so that a kernel
/// that reads what it has not written cannot hide.
#[derive(Debug, Default)]
pub struct Scratch {
    memory: Option<MmapMut>,
    method: Method,
}

impl Scratch {
    /// Without memory as yet, for kernels that shall compute in this way.
    pub fn with(method: Method) -> Self {
        Self { memory: None, method }
    }

    /// How kernels shall compute.
    pub fn method(&self) -> Method {
        self.method
    }

    /// `len` floats with arbitrary contents, from the beginning of a cache line on: a vector that
    /// lies across two lines takes twice as long to load.
    ///
    /// # Panics
    /// If there is no more memory.
    pub fn take(&mut self, len: usize) -> &mut [f32] {
        if self.bytes() < size_of::<f32>() * len {
            self.memory = None;
            self.memory = Some(fresh(len));
        }
        let memory = self.memory.as_deref_mut().unwrap_or_default();
        &mut bytemuck::cast_slice_mut(memory)[..len]
    }

    /// `count` pieces of `len` floats each, with arbitrary contents: one for each parallel task.
    pub(crate) fn lanes(&mut self, count: usize, len: usize) -> ChunksMut<'_, f32> {
        self.take(count * len).par_chunks_mut(len)
    }

    /// Bytes held at present.
    pub fn bytes(&self) -> usize {
        self.memory.as_ref().map_or(0, |memory| memory.len())
    }
}

/// `len` floats, all of them NaN, in large pages where the system has them: kernels write to dozens of
/// places at a time, and with small pages the processor would look up where each of them is.
fn fresh(len: usize) -> MmapMut {
    let mut memory = MmapMut::map_anon(size_of::<f32>() * len.max(1)).expect("memory to work with");
    // Miri knows no hints.
    #[cfg(all(target_os = "linux", not(miri)))]
    // Only a hint; without it the memory is as good, and a little slower.
    let _ = memory.advise(memmap2::Advice::HugePage);
    // All bits set are a NaN.
    memory.fill(u8::MAX);
    memory
}
