use std::iter::zip;

use super::Sizes;
use super::bordered::Bordered;
use crate::conv::{Grads, Point, Role};
use crate::plan::share;
use crate::simd::{Kernel, Simd, dispatch};
use crate::sum::add_up;
use crate::transpose::transpose;
use crate::{Act, Scratch, View, Window, bias, floats, floats_mut};

/// Parts at most into which a sum over pictures is cut, on whatever number of threads.
const PARTS: usize = 32;

/// Floats of a picture that are handled together.
const PIECE: usize = 1024;

/// The gradients of a convolution or a transposed one; see [`crate::conv::backward`] and
/// [`crate::conv::backward_transposed`], whose contract this keeps, but that it leaves dy as it is.
///
/// Pictures in parallel; weights' gradients in parts of so many pictures, which are added up in their
/// order.
pub(crate) fn backward(
    role: Role,
    Point { x, y, act }: Point,
    w: &[f32],
    win: Window,
    dy: View,
    to: Grads,
    scratch: &mut Scratch,
) {
    let level = scratch.method().level;
    let (input, output) = role.order(x.dim(), dy.dim());
    let sizes = Sizes::of(input, output, win);
    let (of_x, of_y) = role.order(sizes.input(), sizes.output());
    let (n, c) = (dy.dim().0, dy.dim().3);
    let group = n.div_ceil(PARTS).max(1);
    let groups = n.div_ceil(group);
    let len = sizes.window() * sizes.c_out;
    let lane = sizes.lane() + of_y + bias::memory(c);
    let threads = rayon::current_num_threads();
    let (lanes, shared) = scratch.lanes_around(threads, lane, len + groups * (len + c));
    let (transposed, parts) = shared.split_at_mut(len);
    let w = match role {
        Role::Convolution if to.x.is_some() => {
            transpose(w, sizes.c_out, transposed);
            &*transposed
        }
        _ => w,
    };

    let (own_x, own_y) = (group * of_x, group * of_y);
    let (x, y, dy) = (floats(&x), floats(&y), floats(&dy));
    let froms = zip(x.chunks(own_x), zip(y.chunks(own_y), dy.chunks(own_y)));
    let dxs = Asked(to.x.map(|dx| floats_mut(dx).chunks_mut(own_x)), groups);
    let asked = (to.w.is_some(), to.bias.is_some());
    let groups = zip(froms, zip(dxs, parts.chunks_mut(len + c)));
    share(groups, lanes, |((x, (y, dy)), (dx, part)), lane| {
        part.fill(0.0);
        let (dw, db) = part.split_at_mut(len);
        let (dw, db) = (asked.0.then_some(dw), asked.1.then_some(db));
        dispatch(level, Backward { sizes, role, act, w, x, y, dy, dw, db, dx, lane });
    });

    let parts = parts.chunks_exact(len + c);
    if let Some(dw) = to.w {
        add_up(parts.clone().map(|part| &part[..len]), dw);
    }
    if let Some(db) = to.bias {
        add_up(parts.map(|part| &part[len..]), db);
    }
}

/// The items of an iterator that was asked for; otherwise so many times none.
struct Asked<I>(Option<I>, usize);

impl<I: Iterator> Iterator for Asked<I> {
    type Item = Option<I::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        self.1 = self.1.checked_sub(1)?;
        Some(self.0.as_mut().and_then(I::next))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.1, Some(self.1))
    }
}

impl<I: DoubleEndedIterator> DoubleEndedIterator for Asked<I> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.1 = self.1.checked_sub(1)?;
        Some(self.0.as_mut().and_then(I::next_back))
    }
}

impl<I: Iterator> ExactSizeIterator for Asked<I> {}

/// The gradients of some pictures; those in weights and bias are added to.
struct Backward<'a> {
    sizes: Sizes,
    role: Role,
    act: Act,
    /// Wᵀ of a convolution, W of a transposed one.
    w: &'a [f32],
    x: &'a [f32],
    y: &'a [f32],
    dy: &'a [f32],
    dw: Option<&'a mut [f32]>,
    db: Option<&'a mut [f32]>,
    dx: Option<&'a mut [f32]>,
    lane: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let Self { sizes, role, act, w, .. } = self;
        let (of_x, of_y) = role.order(sizes.input(), sizes.output());
        let (bordered, lane) = self.lane.split_at_mut(sizes.bordered());
        let (windows, lane) = lane.split_at_mut(sizes.row_of_windows());
        let (pulled, sums) = lane.split_at_mut(of_y);
        let mut bordered = Bordered { sizes, floats: bordered };
        let mut dxs = self.dx.map(|dx| dx.chunks_exact_mut(of_x));
        let ys = zip(self.y.chunks_exact(of_y), self.dy.chunks_exact(of_y));
        for (x, (y, dy)) in zip(self.x.chunks_exact(of_x), ys) {
            let dx = dxs.as_mut().and_then(Iterator::next);
            // A piece at a time, so that it is still near when it is read again.
            for (to, (y, dy)) in
                zip(pulled.chunks_mut(PIECE), zip(y.chunks(PIECE), dy.chunks(PIECE)))
            {
                to.copy_from_slice(dy);
                act.pull_back(y, to);
            }
            let dy = &*pulled;
            if let Some(db) = &mut self.db {
                bias::add_pixels(dy, db, sums);
            }
            let (outer, inner) = role.order(x, dy);
            if self.dw.is_some() || role == Role::Transposed {
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
                (Role::Transposed, Some(dx)) => bordered.times(simd, w, dx),
                (_, None) => {}
            }
        }
    }
}
