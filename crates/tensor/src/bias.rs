//! The gradient of a bias: the sum over pixels.

use std::iter::zip;

use crate::plan::{all_threads, share};
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::sum::add_up;
use crate::{Scratch, View, floats};

/// Pixels that are summed side by side, so that few channels make whole vectors.
const PIXELS: usize = 16;

/// Floats of memory for sums over pixels of c channels.
pub(crate) fn memory(c: usize) -> usize {
    PIXELS * c
}

/// db ← Σ dy over all pixels of the batch: per picture in parallel, those in their order.
pub(crate) fn backward(level: Level, dy: View, db: &mut [f32], scratch: &mut Scratch) {
    let (n, h, w, c) = dy.dim();
    assert_eq!(db.len(), c, "a bias of {} for {c} channels", db.len());
    let own = c + memory(c);
    let partial = scratch.take(n * own);
    let pictures = zip(floats(&dy).chunks(h * w * c), partial.chunks_mut(own));
    share(pictures, all_threads(), |(dy, own), _| {
        let (db, memory) = own.split_at_mut(c);
        db.fill(0.0);
        dispatch(level, Sum { dy, db, memory });
    });
    add_up(partial.chunks_exact(own).map(|own| &own[..c]), db);
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
pub(crate) fn add_pixels(dy: &[f32], db: &mut [f32], sums: &mut [f32]) {
    let sums = &mut sums[..memory(db.len())];
    sums.fill(0.0);
    for dy in dy.chunks(sums.len()) {
        zip(&mut *sums, dy).for_each(|(sum, dy)| *sum += dy);
    }
    for sums in sums.chunks_exact(db.len()) {
        zip(&mut *db, sums).for_each(|(db, sum)| *db += sum);
    }
}
