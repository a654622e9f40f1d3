//! The gradient of a bias: the sum over pixels.

use std::iter::zip;

use crate::pool::{all_threads, parallel_for};
use crate::simd::{Kernel, Simd, dispatch};
use crate::sum::sum_parts;
use crate::view::floats;
use crate::{Accum, Isa, Scratch, View};

/// Pixels that are summed side by side, so that few channels fill whole vectors.
const PIXELS: usize = 16;

/// Floats of working memory for sums over pixels of `c` channels.
pub(super) fn memory(c: usize) -> usize {
    PIXELS * c
}

/// db ← Σ dy over all pixels of the batch, or db ← db + that: for each image in parallel, then in the
/// order of the images.
pub(super) fn backward(isa: Isa, dy: View, accum: Accum, db: &mut [f32], scratch: &mut Scratch) {
    let (n, h, w, c) = dy.dim();
    let own = c + memory(c);
    let partial = scratch.take(n * own);
    let images = zip(floats(&dy).chunks(h * w * c), partial.chunks_mut(own));
    parallel_for(images, all_threads(), |(dy, own), _| {
        let (db, memory) = own.split_at_mut(c);
        db.fill(0.0);
        dispatch(isa, Sum { dy, db, memory });
    });
    sum_parts(accum, partial.chunks_exact(own).map(|own| &own[..c]), db);
}

struct Sum<'a> {
    dy: &'a [f32],
    db: &'a mut [f32],
    memory: &'a mut [f32],
}

impl Kernel for Sum<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        add_pixels(self.dy, self.db, self.memory);
    }
}

/// db += Σ dy over pixels, in [`memory`] floats.
#[inline(always)]
pub(super) fn add_pixels(dy: &[f32], db: &mut [f32], sums: &mut [f32]) {
    let sums = &mut sums[..memory(db.len())];
    sums.fill(0.0);
    for dy in dy.chunks(sums.len()) {
        zip(&mut *sums, dy).for_each(|(sum, dy)| *sum += dy);
    }
    for sums in sums.chunks_exact(db.len()) {
        zip(&mut *db, sums).for_each(|(db, sum)| *db += sum);
    }
}
