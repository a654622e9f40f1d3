use rayon::slice::{ChunksMut, ParallelSliceMut};

/// Working memory that kernels borrow for the length of a call.
///
/// It grows to the largest request and then never again. Fresh memory is NaN, so that a kernel
/// that reads what it has not written cannot hide.
#[derive(Debug, Default)]
pub struct Scratch {
    buffer: Vec<f32>,
}

impl Scratch {
    /// `len` floats with arbitrary contents.
    pub fn take(&mut self, len: usize) -> &mut [f32] {
        if self.buffer.len() < len {
            self.buffer.resize(len, f32::NAN);
        }
        &mut self.buffer[..len]
    }

    /// `count` pieces of `len` floats each, with arbitrary contents: one for each parallel task.
    pub(crate) fn lanes(&mut self, count: usize, len: usize) -> ChunksMut<'_, f32> {
        self.take(count * len).par_chunks_mut(len)
    }

    /// Bytes held at present.
    pub fn bytes(&self) -> usize {
        size_of_val(self.buffer.as_slice())
    }
}
