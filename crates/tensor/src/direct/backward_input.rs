use std::iter::zip;

use ndarray::Axis;
use rayon::prelude::*;

use super::Sizes;
use super::bordered::Bordered;
use crate::plan::share;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::transpose::transpose;
use crate::{Epilogue, Output, Scratch, View, Window, floats, floats_mut};

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
    let plan = sizes.plan(dx.dim().0);
    let lane = sizes.lane();
    let (transposed, lanes) = scratch.take(w.len() + plan.tasks * lane).split_at_mut(w.len());
    transpose(w, sizes.c_out, transposed);
    let transposed = &*transposed;
    let groups = zip(dy.axis_chunks_iter(Axis(0), plan.group), dx.chunks(plan.group));
    share(groups, lanes.par_chunks_mut(lane), |(dy, mut to), lane| {
        let (dy, dx) = (floats(&dy), floats_mut(to.pictures.view_mut()));
        let (bordered, windows) = lane.split_at_mut(sizes.bordered());
        let bordered = Bordered { sizes, floats: bordered };
        dispatch(level, BackwardInput { dy, transposed, dx, bordered, windows });
        to.finish(level, end);
    });
}

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
        let sizes = self.bordered.sizes;
        let pictures = self.dx.chunks_exact_mut(sizes.input());
        for (dy, dx) in zip(self.dy.chunks_exact(sizes.output()), pictures) {
            self.bordered.set_input_gradient(simd, dy, self.transposed, self.windows);
            self.bordered.get(dx);
        }
    }
}
