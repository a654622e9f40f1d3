use rayon::slice::{ChunksMut, ParallelSliceMut};

use crate::{Floats, Method};

/// What kernels work with: memory that they borrow for the length of a call, and the ways of
/// computing that they may choose from.
///
/// It grows to the largest request and then never again. Fresh memory is NaN, so that a kernel
/// that reads what it has not written cannot hide.
#[derive(Debug, Default)]
pub struct Scratch {
    memory: Option<Floats>,
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
            self.memory = Some(Floats::nans(len));
        }
        &mut self.memory.as_deref_mut().unwrap_or_default()[..len]
    }

    /// `count` pieces of `len` floats each, with arbitrary contents: one for each parallel task.
    pub(crate) fn lanes(&mut self, count: usize, len: usize) -> ChunksMut<'_, f32> {
        self.take(count * len).par_chunks_mut(len)
    }

    /// Bytes held at present.
    pub fn bytes(&self) -> usize {
        self.memory.as_ref().map_or(0, |memory| size_of_val(&**memory))
    }
}
