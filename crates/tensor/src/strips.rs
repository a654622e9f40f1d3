//! Sweeps over the pixels of an image, a strip of channels at a time, so that what is accumulated for
//! each channel stays in registers.

use crate::activation::Function;
use crate::simd::{Kernel, Simd};

/// Work on all pixels of an image that uses a function of one float.
pub(crate) trait Sweep {
    /// The number of channels.
    fn channels(&self) -> usize;

    /// Processes the `N` channels from `first` on.
    fn strip<const N: usize>(&mut self, first: usize, f: &impl Fn(f32) -> f32);
}

/// A sweep through all channels: in strips of 64 channels, then in narrower ones for the rest.
pub(crate) struct InStrips<W>(pub(crate) W);

impl<W: Sweep> Function for InStrips<W> {
    #[inline(always)]
    fn run(mut self, f: impl Fn(f32) -> f32) {
        let first = self.strips::<64>(0, &f);
        let first = self.strips::<32>(first, &f);
        let first = self.strips::<16>(first, &f);
        let first = self.strips::<4>(first, &f);
        self.strips::<1>(first, &f);
    }
}

/// A sweep that does not use its function.
impl<W: Sweep> Kernel for InStrips<W> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        Function::run(self, |x| x);
    }
}

impl<W: Sweep> InStrips<W> {
    /// Processes as many strips of `N` channels as fit from `first` on; returns the next channel.
    #[inline(always)]
    fn strips<const N: usize>(&mut self, mut first: usize, f: &impl Fn(f32) -> f32) -> usize {
        while self.0.channels() - first >= N {
            self.0.strip::<N>(first, f);
            first += N;
        }
        first
    }
}

/// The `N` channels of a row from `first` on.
#[inline(always)]
pub(crate) fn strip<const N: usize>(row: &[f32], first: usize) -> &[f32; N] {
    row[first..].first_chunk().expect("a strip is a part of the channels")
}

/// The `N` channels of a row from `first` on, to write.
#[inline(always)]
pub(crate) fn strip_mut<const N: usize>(row: &mut [f32], first: usize) -> &mut [f32; N] {
    row[first..].first_chunk_mut().expect("a strip is a part of the channels")
}
