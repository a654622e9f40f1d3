use std::iter::zip;

use ndarray::Axis;

use super::Sizes;
use super::bordered::Bordered;
use crate::plan::share;
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::{Epilogue, Output, Scratch, View, Window, floats, floats_mut};

/// Y = f(windows · W); see [`crate::conv::forward`], whose contract this keeps.
pub(crate) fn forward(
    level: Level,
    x: View,
    w: &[f32],
    win: Window,
    end: Epilogue,
    y: Output,
    scratch: &mut Scratch,
) {
    let sizes = Sizes::of(x.dim(), y.dim(), win);
    let plan = sizes.plan(x.dim().0);
    let lanes = scratch.lanes(plan.tasks, sizes.bordered());
    let groups = zip(x.axis_chunks_iter(Axis(0), plan.group), y.chunks(plan.group));
    share(groups, lanes, |(x, mut to), bordered| {
        let bordered = Bordered { sizes, floats: bordered };
        let (x, y) = (floats(&x), floats_mut(to.pictures.view_mut()));
        dispatch(level, Forward { x, w, y, bordered });
        to.finish(level, end);
    });
}

struct Forward<'a> {
    x: &'a [f32],
    w: &'a [f32],
    y: &'a mut [f32],
    bordered: Bordered<'a>,
}

impl Kernel for Forward<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let sizes = self.bordered.sizes;
        let pictures = self.y.chunks_exact_mut(sizes.output());
        for (x, y) in zip(self.x.chunks_exact(sizes.input()), pictures) {
            self.bordered.set(x);
            self.bordered.times(simd, self.w, y);
        }
    }
}
