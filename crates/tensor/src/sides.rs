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

/// Memory at the beginning and at the end of what a kernel works in.
pub(crate) struct Sides<'a> {
    front: &'a mut [f32],
    back: &'a mut [f32],
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
        (Self { front, back }, middle)
    }

    /// The floats of each side.
    pub(crate) fn both(&self) -> [&[f32]; 2] {
        [self.front, self.back]
    }

    /// The first so many pieces of `len` floats of either side.
    pub(crate) fn pieces(&mut self, counts: [usize; 2], len: usize) -> Pieces<'_> {
        Sides { front: self.front, back: self.back }.into_pieces(counts, len)
    }

    /// The same, for as long as the memory lasts.
    pub(crate) fn into_pieces(self, [front, back]: [usize; 2], len: usize) -> Pieces<'a> {
        Pieces {
            front: self.front[..front * len].chunks_exact_mut(len),
            back: self.back[..back * len].chunks_exact_mut(len),
        }
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
