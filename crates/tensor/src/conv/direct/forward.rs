use std::iter::zip;

use super::bordered::Bordered;
use super::sizes::Sizes;
use crate::conv::problem::{Operands, Problem};
use crate::pool::parallel_for;
use crate::simd::{Kernel, Simd, dispatch};
use crate::view::{floats, floats_mut};
use crate::{Output, Scratch};

/// Y = f(windows · W).
pub(super) fn forward(conv: &Problem, operands: Operands, y: Output, scratch: &mut Scratch) {
    let Operands { from: x, w, epilogue } = operands;
    let sizes = Sizes::new(conv);
    let buffers = scratch.per_task(rayon::current_num_threads(), sizes.bordered());
    let images = zip(floats(&x).chunks(sizes.input()), y.chunks(1));
    parallel_for(images, buffers, |(x, mut to), bordered| {
        let bordered = Bordered { sizes, floats: bordered };
        let y = floats_mut(to.images.view_mut());
        dispatch(conv.isa, Forward { x, w, y, bordered });
        to.finish(conv.isa, epilogue);
    });
}

/// The forward pass of one image.
struct Forward<'a> {
    x: &'a [f32],
    w: &'a [f32],
    y: &'a mut [f32],
    bordered: Bordered<'a>,
}

impl Kernel for Forward<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        self.bordered.set(self.x);
        self.bordered.multiply(simd, self.w, self.y);
    }
}
