use crate::sides::{LINE, Pieces, Sides, centre, halves};
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
    /// lies across two lines takes twice as long to load. They lie around the middle of the memory, so
    /// that the same half of it is always in the front.
    ///
    /// # Panics
    /// If there is no more memory.
    pub fn take(&mut self, len: usize) -> &mut [f32] {
        centre(self.whole(len), len)
    }

    /// All of the memory, `len` floats at least: what one kernel has at its ends the next one has there too.
    pub(crate) fn whole(&mut self, len: usize) -> &mut [f32] {
        if self.bytes() < size_of::<f32>() * len {
            self.memory = None;
            self.memory = Some(Floats::nans(len.next_multiple_of(LINE)));
        }
        self.memory.as_deref_mut().unwrap_or_default()
    }

    /// `count` pieces of `len` floats each, with arbitrary contents: one for each parallel task.
    pub(crate) fn lanes(&mut self, count: usize, len: usize) -> Pieces<'_> {
        self.lanes_around(count, len, 0).0
    }

    /// The same, and around the middle between them `shared` floats that they have in common.
    pub(crate) fn lanes_around(
        &mut self,
        count: usize,
        len: usize,
        shared: usize,
    ) -> (Pieces<'_>, &mut [f32]) {
        let (sides, between) = Sides::of(self.whole(count * len + shared), halves(count), len);
        (sides.into_pieces(), centre(between, shared))
    }

    /// Bytes held at present.
    pub fn bytes(&self) -> usize {
        self.memory.as_ref().map_or(0, |memory| size_of_val(&**memory))
    }
}
