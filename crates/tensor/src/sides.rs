//! Memory in which each half of the pool keeps to its own side.
//!
//! Who writes to memory must have it in the own cache, and waits for it where the last one who had it is far
//! away. So what kernels take is laid out around one middle: in front of it what the half of the pool works
//! with that begins with the first groups, behind it what the other half works with (see
//! [`crate::plan::share`]).

use std::slice::ChunksExactMut;

/// Floats of a cache line.
pub(crate) const LINE: usize = 16;

/// The `len` floats around the middle of the memory, from the beginning of a cache line on.
pub(crate) fn centre(memory: &mut [f32], len: usize) -> &mut [f32] {
    let first = (memory.len() - len) / 2 / LINE * LINE;
    &mut memory[first..][..len]
}

/// Pieces of memory at the beginning and at the end of what a kernel works in.
pub(crate) struct Sides<'a> {
    front: &'a mut [f32],
    back: &'a mut [f32],
    /// Floats of a piece.
    len: usize,
}

impl<'a> Sides<'a> {
    /// So many pieces of `len` floats from either end of the memory, and what lies between them.
    pub(crate) fn of(
        memory: &'a mut [f32],
        [front, back]: [usize; 2],
        len: usize,
    ) -> (Self, &'a mut [f32]) {
        let (front, rest) = memory.split_at_mut(front * len);
        let (middle, back) = rest.split_at_mut(rest.len() - back * len);
        (Self { front, back, len }, middle)
    }

    /// The floats of each side.
    pub(crate) fn both(&self) -> [&[f32]; 2] {
        [self.front, self.back]
    }

    /// All pieces.
    pub(crate) fn pieces(&mut self) -> Pieces<'_> {
        Pieces::of(self.front, self.back, self.len)
    }

    /// The same, for as long as the memory lasts.
    pub(crate) fn into_pieces(self) -> Pieces<'a> {
        Pieces::of(self.front, self.back, self.len)
    }

    /// The first so many pieces of either side.
    pub(crate) fn first(&mut self, [front, back]: [usize; 2]) -> Pieces<'_> {
        let len = self.len;
        Pieces::of(&mut self.front[..front * len], &mut self.back[..back * len], len)
    }

    /// All of either side in smaller pieces, of `len` floats each.
    pub(crate) fn cut(&mut self, len: usize) -> Pieces<'_> {
        Pieces::of(self.front, self.back, len)
    }
}

/// How many of so many pieces go to either side.
pub(crate) fn halves(count: usize) -> [usize; 2] {
    [count.div_ceil(2), count / 2]
}

/// The pieces of the front, then those of the back.
pub(crate) struct Pieces<'a> {
    front: ChunksExactMut<'a, f32>,
    back: ChunksExactMut<'a, f32>,
}

impl<'a> Pieces<'a> {
    fn of(front: &'a mut [f32], back: &'a mut [f32], len: usize) -> Self {
        Self { front: front.chunks_exact_mut(len), back: back.chunks_exact_mut(len) }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a mut [f32];

    fn next(&mut self) -> Option<Self::Item> {
        self.front.next().or_else(|| self.back.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.front.len() + self.back.len();
        (len, Some(len))
    }
}

impl DoubleEndedIterator for Pieces<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.back.next_back().or_else(|| self.front.next_back())
    }
}

impl ExactSizeIterator for Pieces<'_> {}
