//! Channels, so many at a time that what is kept for each of them stays in registers.

use crate::act::Function;
use crate::simd::{Kernel, Simd};

/// What is done to all pixels of a picture, by way of a function of one float.
pub(crate) trait Sweep {
    /// How many channels there are.
    fn channels(&self) -> usize;

    /// Does it for the `N` channels from `first` on.
    fn strip<const N: usize>(&mut self, first: usize, f: &impl Fn(f32) -> f32);
}

/// A sweep through all channels: in strips of 64 while there are as many, then in narrower ones.
pub(crate) struct InStrips<W>(pub(crate) W);

impl<W: Sweep> Function for InStrips<W> {
    #[inline(always)]
    fn run(mut self, f: impl Fn(f32) -> f32) {
        let first = self.strips_of::<64>(0, &f);
        let first = self.strips_of::<32>(first, &f);
        let first = self.strips_of::<16>(first, &f);
        let first = self.strips_of::<4>(first, &f);
        self.strips_of::<1>(first, &f);
    }
}

/// A sweep that needs no function.
impl<W: Sweep> Kernel for InStrips<W> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        Function::run(self, |x| x);
    }
}

impl<W: Sweep> InStrips<W> {
    /// As many strips of `N` channels as there are from `first` on, and the first channel behind them.
    #[inline(always)]
    fn strips_of<const N: usize>(&mut self, mut first: usize, f: &impl Fn(f32) -> f32) -> usize {
        while self.0.channels() - first >= N {
            self.0.strip::<N>(first, f);
            first += N;
        }
        first
    }
}

/// A strip of a row of channels.
#[inline(always)]
pub(super) fn of<const N: usize>(row: &[f32], first: usize) -> &[f32; N] {
    row[first..].first_chunk().expect("a strip is a part of the channels")
}

/// The same, to write to.
#[inline(always)]
pub(super) fn of_mut<const N: usize>(row: &mut [f32], first: usize) -> &mut [f32; N] {
    row[first..].first_chunk_mut().expect("a strip is a part of the channels")
}
