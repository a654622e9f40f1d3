use super::AlignedBuffer;
use super::halves::{Buffers, Halves, LINE, centre, split_count};

/// Memory that kernels borrow for the duration of a call.
///
/// It grows to the largest request and is then never reallocated. New memory is NaN, so that a kernel
/// that reads what it has not written shows.
#[derive(Debug, Default)]
pub struct Scratch {
    memory: Option<AlignedBuffer>,
}

impl Scratch {
    /// `len` floats with arbitrary contents, aligned to a cache line: a vector that crosses two lines
    /// takes twice as long to load. They lie around the middle of the memory, so that the first half of
    /// any request is always in the first half of the memory.
    ///
    /// # Panics
    /// If memory runs out.
    pub fn take(&mut self, len: usize) -> &mut [f32] {
        centre(self.whole(len), len)
    }

    /// All of the memory, at least `len` floats: what one kernel has at either end the next one finds
    /// there too.
    pub(crate) fn whole(&mut self, len: usize) -> &mut [f32] {
        if self.bytes() < size_of::<f32>() * len {
            self.memory = None;
            self.memory = Some(AlignedBuffer::nan(len.next_multiple_of(LINE)));
        }
        self.memory.as_deref_mut().unwrap_or_default()
    }

    /// A buffer of `len` floats with arbitrary contents for each of `tasks` parallel tasks.
    pub(crate) fn per_task(&mut self, tasks: usize, len: usize) -> Buffers<'_> {
        self.per_task_and_shared(tasks, len, 0).0
    }

    /// The same, and in the middle between them `shared` floats that all tasks use.
    pub(crate) fn per_task_and_shared(
        &mut self,
        tasks: usize,
        len: usize,
        shared: usize,
    ) -> (Buffers<'_>, &mut [f32]) {
        let memory = self.whole(tasks * len + shared);
        let (halves, between) = Halves::new(memory, split_count(tasks), len);
        (halves.into_buffers(), centre(between, shared))
    }

    /// Bytes held at present.
    pub fn bytes(&self) -> usize {
        self.memory.as_ref().map_or(0, |memory| size_of_val(&**memory))
    }
}
