use std::iter::zip;

use super::Sizes;
use super::bordered::Bordered;
use crate::plan::share;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::transpose::transpose;
use crate::{Epilogue, Output, Scratch, View, Window, floats, floats_mut, near};

/// dX = f(what the windows' gradients dY · Wᵀ add up to); see [`crate::conv::backward_input`].
pub(crate) fn backward_input(
    level: Level,
    dy: View,
    w: &[f32],
    win: Window,
    end: Epilogue,
    dx: Output,
    scratch: &mut Scratch,
) {
    let sizes = Sizes::of(dx.dim(), dy.dim(), win);
    let threads = rayon::current_num_threads();
    let (lanes, transposed) = scratch.lanes_around(threads, sizes.lane(), w.len());
    transpose(w, sizes.c_out, transposed);
    let transposed = &*transposed;
    let pictures = zip(floats(&dy).chunks(sizes.output()), dx.chunks(1));
    share(pictures, lanes, |(dy, mut to), lane| {
        near::bring(dy);
        let dx = floats_mut(to.pictures.view_mut());
        let (bordered, windows) = lane.split_at_mut(sizes.bordered());
        let bordered = Bordered { sizes, floats: bordered };
        dispatch(level, BackwardInput { dy, transposed, dx, bordered, windows });
        to.finish(level, end);
    });
}

/// One picture back.
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
