use std::iter::zip;

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
    let lanes = scratch.lanes(rayon::current_num_threads(), sizes.bordered());
    let pictures = zip(floats(&x).chunks(sizes.input()), y.chunks(1));
    share(pictures, lanes, |(x, mut to), bordered| {
        let bordered = Bordered { sizes, floats: bordered };
        let y = floats_mut(to.pictures.view_mut());
        dispatch(level, Forward { x, w, y, bordered });
        to.finish(level, end);
    });
}

/// One picture forward.
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
        self.bordered.times(simd, self.w, self.y);
    }
}
