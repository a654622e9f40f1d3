//! Memory in which each half of the pool keeps to its own side.
//!
//! A core that writes to a cache line must own it, and waits for it where the last owner is far away. So
//! the memory of a kernel is laid out around one middle: before it what the half of the pool uses that
//! takes the first items, after it what the other half uses (see [`super::parallel_for`]).

use std::slice::ChunksExactMut;

/// Floats of a cache line.
pub(crate) const LINE: usize = 16;

/// The `len` floats around the middle of the memory, aligned to a cache line.
pub(crate) fn centre(memory: &mut [f32], len: usize) -> &mut [f32] {
    let first = (memory.len() - len) / 2 / LINE * LINE;
    &mut memory[first..][..len]
}

/// Buffers of equal size at the beginning and at the end of a kernel's memory.
pub(crate) struct Halves<'a> {
    front: &'a mut [f32],
    back: &'a mut [f32],
    /// Floats of a buffer.
    len: usize,
}

impl<'a> Halves<'a> {
    /// `front` buffers of `len` floats from the beginning of the memory, `back` from its end, and the
    /// memory between them.
    pub(crate) fn new(
        memory: &'a mut [f32],
        [front, back]: [usize; 2],
        len: usize,
    ) -> (Self, &'a mut [f32]) {
        let (front, rest) = memory.split_at_mut(front * len);
        let (middle, back) = rest.split_at_mut(rest.len() - back * len);
        (Self { front, back, len }, middle)
    }

    /// The floats of either half.
    pub(crate) fn as_slices(&self) -> [&[f32]; 2] {
        [self.front, self.back]
    }

    /// All buffers.
    pub(crate) fn buffers(&mut self) -> Buffers<'_> {
        Buffers::new(self.front, self.back, self.len)
    }

    /// All buffers, for the lifetime of the memory.
    pub(crate) fn into_buffers(self) -> Buffers<'a> {
        Buffers::new(self.front, self.back, self.len)
    }

    /// The first `front` and `back` buffers of the halves.
    pub(crate) fn first(&mut self, [front, back]: [usize; 2]) -> Buffers<'_> {
        let len = self.len;
        Buffers::new(&mut self.front[..front * len], &mut self.back[..back * len], len)
    }

    /// Both halves in smaller buffers, of `len` floats each.
    pub(crate) fn chunks(&mut self, len: usize) -> Buffers<'_> {
        Buffers::new(self.front, self.back, len)
    }
}

/// How many of `count` buffers belong to either half.
pub(crate) fn split_count(count: usize) -> [usize; 2] {
    [count.div_ceil(2), count / 2]
}

/// The buffers of the front half, then those of the back half.
pub(crate) struct Buffers<'a> {
    front: ChunksExactMut<'a, f32>,
    back: ChunksExactMut<'a, f32>,
}

impl<'a> Buffers<'a> {
    fn new(front: &'a mut [f32], back: &'a mut [f32], len: usize) -> Self {
        Self { front: front.chunks_exact_mut(len), back: back.chunks_exact_mut(len) }
    }
}

impl<'a> Iterator for Buffers<'a> {
    type Item = &'a mut [f32];

    fn next(&mut self) -> Option<Self::Item> {
        self.front.next().or_else(|| self.back.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.front.len() + self.back.len();
        (len, Some(len))
    }
}

impl DoubleEndedIterator for Buffers<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.back.next_back().or_else(|| self.front.next_back())
    }
}

impl ExactSizeIterator for Buffers<'_> {}
