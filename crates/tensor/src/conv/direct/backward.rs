use std::iter::zip;

use super::bordered::Bordered;
use super::sizes::Sizes;
use crate::conv::bias;
use crate::conv::problem::Problem;
use crate::conv::saved::{Differentiand, Grads, Role, Saved};
use crate::gemm::transpose::transpose;
use crate::pool::parallel_for;
use crate::simd::{Kernel, Simd, dispatch};
use crate::sum::sum_parts;
use crate::view::{floats, floats_mut};
use crate::{Activation, Scratch, View};

/// The most parts in which a sum over images is taken, on any number of threads.
const PARTS: usize = 32;

/// Floats of an image that are processed together.
const CHUNK: usize = 1024;

/// The gradients of a convolution or a transposed one. Leaves dy as it is.
///
/// Parallel over images. Gradients of parameters are summed in parts of as many images each, which are
/// then added in their order.
pub(super) fn backward(
    conv: &Problem,
    Differentiand { role, saved: Saved { x, y, activation }, w }: Differentiand,
    dy: View,
    grads: Grads,
    scratch: &mut Scratch,
) {
    let sizes = Sizes::new(conv);
    let (x_len, y_len) = role.order(sizes.input(), sizes.output());
    let (n, c) = (dy.dim().0, dy.dim().3);
    let group = n.div_ceil(PARTS).max(1);
    let groups = n.div_ceil(group);
    let len = sizes.window() * sizes.c_out;
    let task = sizes.task() + y_len + bias::memory(c);
    let threads = rayon::current_num_threads();
    let shared = len + groups * (len + c);
    let (buffers, shared) = scratch.per_task_and_shared(threads, task, shared);
    let (transposed, parts) = shared.split_at_mut(len);
    let w = match role {
        Role::Convolution if grads.x.is_some() => {
            transpose(w, sizes.c_out, transposed);
            &*transposed
        }
        _ => w,
    };

    let (own_x, own_y) = (group * x_len, group * y_len);
    let (x, y, dy) = (floats(&x), floats(&y), floats(&dy));
    let from = zip(x.chunks(own_x), zip(y.chunks(own_y), dy.chunks(own_y)));
    let dxs = Requested(grads.x.map(|dx| floats_mut(dx).chunks_mut(own_x)), groups);
    let requested = (grads.w.is_some(), grads.bias.is_some());
    let groups = zip(from, zip(dxs, parts.chunks_mut(len + c)));
    parallel_for(groups, buffers, |((x, (y, dy)), (dx, part)), buffer| {
        part.fill(0.0);
        let (dw, db) = part.split_at_mut(len);
        let (dw, db) = (requested.0.then_some(dw), requested.1.then_some(db));
        dispatch(conv.isa, Backward { sizes, role, activation, w, x, y, dy, dw, db, dx, buffer });
    });

    let parts = parts.chunks_exact(len + c);
    if let Some(dw) = grads.w {
        sum_parts(grads.accum, parts.clone().map(|part| &part[..len]), dw);
    }
    if let Some(db) = grads.bias {
        sum_parts(grads.accum, parts.map(|part| &part[len..]), db);
    }
}

/// The items of an iterator if it was requested; otherwise `None` as many times.
struct Requested<I>(Option<I>, usize);

impl<I: Iterator> Iterator for Requested<I> {
    type Item = Option<I::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        self.1 = self.1.checked_sub(1)?;
        Some(self.0.as_mut().and_then(I::next))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.1, Some(self.1))
    }
}

impl<I: DoubleEndedIterator> DoubleEndedIterator for Requested<I> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.1 = self.1.checked_sub(1)?;
        Some(self.0.as_mut().and_then(I::next_back))
    }
}

impl<I: Iterator> ExactSizeIterator for Requested<I> {}

/// The gradients of one group of images; those of the parameters are added to.
struct Backward<'a> {
    sizes: Sizes,
    role: Role,
    activation: Activation,
    /// Wᵀ of a convolution, W of a transposed one.
    w: &'a [f32],
    x: &'a [f32],
    y: &'a [f32],
    dy: &'a [f32],
    dw: Option<&'a mut [f32]>,
    db: Option<&'a mut [f32]>,
    dx: Option<&'a mut [f32]>,
    buffer: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let Self { sizes, role, activation, w, .. } = self;
        let (x_len, y_len) = role.order(sizes.input(), sizes.output());
        let (bordered, buffer) = self.buffer.split_at_mut(sizes.bordered());
        let (windows, buffer) = buffer.split_at_mut(sizes.row_of_windows());
        let (before_activation, sums) = buffer.split_at_mut(y_len);
        let mut bordered = Bordered { sizes, floats: bordered };
        let mut dxs = self.dx.map(|dx| dx.chunks_exact_mut(x_len));
        let ys = zip(self.y.chunks_exact(y_len), self.dy.chunks_exact(y_len));
        for (x, (y, dy)) in zip(self.x.chunks_exact(x_len), ys) {
            let dx = dxs.as_mut().and_then(Iterator::next);
            // In chunks, so that each is still in the cache when it is read again.
            let chunks = zip(y.chunks(CHUNK), dy.chunks(CHUNK));
            for (to, (y, dy)) in zip(before_activation.chunks_mut(CHUNK), chunks) {
                to.copy_from_slice(dy);
                activation.backward(y, to);
            }
            let dy = &*before_activation;
            if let Some(db) = &mut self.db {
                bias::add_pixels(dy, db, sums);
            }
            let (outer, inner) = role.order(x, dy);
            if self.dw.is_some() || role == Role::Transpose {
                bordered.set(outer);
            }
            if let Some(dw) = &mut self.dw {
                bordered.add_weight_gradient(simd, inner, dw);
            }
            match (role, dx) {
                (Role::Convolution, Some(dx)) => {
                    bordered.set_input_gradient(simd, dy, w, windows);
                    bordered.get(dx);
                }
                (Role::Transpose, Some(dx)) => bordered.multiply(simd, w, dx),
                (_, None) => {}
            }
        }
    }
}
