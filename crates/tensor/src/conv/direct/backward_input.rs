use std::iter::zip;

use super::bordered::Bordered;
use super::sizes::Sizes;
use crate::conv::problem::{Operands, Problem};
use crate::gemm::transpose::transpose;
use crate::pool::parallel_for;
use crate::prefetch::prefetch;
use crate::simd::{Kernel, Simd, dispatch};
use crate::view::{floats, floats_mut};
use crate::{Output, Scratch};

/// dX = f(Σ of the gradients dY · Wᵀ of the windows).
pub(super) fn backward_input(
    conv: &Problem,
    operands: Operands,
    dx: Output,
    scratch: &mut Scratch,
) {
    let Operands { from: dy, w, epilogue } = operands;
    let sizes = Sizes::new(conv);
    let threads = rayon::current_num_threads();
    let (buffers, transposed) = scratch.per_task_and_shared(threads, sizes.task(), w.len());
    transpose(w, sizes.c_out, transposed);
    let transposed = &*transposed;
    let images = zip(floats(&dy).chunks(sizes.output()), dx.chunks(1));
    parallel_for(images, buffers, |(dy, mut to), buffer| {
        prefetch(dy);
        let dx = floats_mut(to.images.view_mut());
        let (bordered, windows) = buffer.split_at_mut(sizes.bordered());
        let bordered = Bordered { sizes, floats: bordered };
        dispatch(conv.isa, BackwardInput { dy, transposed, dx, bordered, windows });
        to.finish(conv.isa, epilogue);
    });
}

/// The input gradient of one image.
struct BackwardInput<'a> {
    dy: &'a [f32],
    transposed: &'a [f32],
    dx: &'a mut [f32],
    bordered: Bordered<'a>,
    windows: &'a mut [f32],
}

impl Kernel for BackwardInput<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        self.bordered.set_input_gradient(simd, self.dy, self.transposed, self.windows);
        self.bordered.get(self.dx);
    }
}
