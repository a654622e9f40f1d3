//! All gradients of a layer in one call.

use super::{Sizes, backward_input, backward_weight, forward};
use crate::method::Way;
use crate::simd::Level;
use crate::{Act, Method, Scratch, View, ViewMut, Window, act, bias, direct};

/// Where a convolution, or a transposed one, is differentiated: y = f(conv(x) + bias).
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    /// What went in.
    pub x: View<'a>,
    /// What came out.
    pub y: View<'a>,
    /// f.
    pub act: Act,
}

/// Which gradients are asked for, and where they go, whatever was there before.
#[derive(Debug)]
pub struct Grads<'a> {
    /// dL/dw, of the shape of w.
    pub w: Option<&'a mut [f32]>,
    /// dL/dbias, one float a channel of y.
    pub bias: Option<&'a mut [f32]>,
    /// dL/dx, of the shape of x.
    pub x: Option<ViewMut<'a>>,
}

/// From dL/dy to the gradients of y = f(conv(x; w) + bias).
///
/// The same as [`act::pull_back`], then [`backward_weight`] and [`backward_input`], but that dy may be
/// left holding anything: where it pays, each picture goes through all of them while it is in the cache.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward(at: Point, w: &[f32], win: Window, dy: ViewMut, to: Grads, scratch: &mut Scratch) {
    gradients(Role::Convolution, at, w, win, dy, to, scratch);
}

/// From dL/dy to the gradients of y = f(convᵀ(x; w) + bias), the transposed convolution that
/// [`backward_input`] is; otherwise as [`backward`].
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward_transposed(
    at: Point,
    w: &[f32],
    win: Window,
    dy: ViewMut,
    to: Grads,
    scratch: &mut Scratch,
) {
    gradients(Role::Transposed, at, w, win, dy, to, scratch);
}

/// What is differentiated: a convolution, or one read backwards.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Convolution,
    Transposed,
}

impl Role {
    /// What belongs to x and to y, as what belongs to the convolution's input and to its output; or the
    /// other way round, which is the same.
    pub(crate) fn order<T>(self, x: T, y: T) -> (T, T) {
        match self {
            Self::Convolution => (x, y),
            Self::Transposed => (y, x),
        }
    }
}

#[track_caller]
fn gradients(
    role: Role,
    at: Point,
    w: &[f32],
    win: Window,
    mut dy: ViewMut,
    to: Grads,
    scratch: &mut Scratch,
) {
    let (input, output) = role.order(at.x.dim(), dy.dim());
    Sizes::of(input, output, w, win);
    to.check(&at, w, &dy);
    let Method { algorithm, level } = scratch.method();
    if algorithm.way(input, output.3, win) == Way::Direct {
        return direct::backward(role, at, w, win, dy.view(), to, scratch);
    }
    before_the_sum(level, &at, dy.view_mut(), to.bias, scratch);
    let dy = dy.view();
    if let Some(dw) = to.w {
        let (input, output) = role.order(at.x, dy);
        backward_weight(input, output, win, dw, scratch);
    }
    match (role, to.x) {
        (Role::Convolution, Some(dx)) => backward_input(dy, w, win, Act::Identity, dx, scratch),
        (Role::Transposed, Some(dx)) => forward(dy, w, win, Act::Identity, dx, scratch),
        (_, None) => {}
    }
}

/// The way back through what was done to the sum over a window: dy ← dy ⊙ f′, dbias ← Σ dy.
fn before_the_sum(
    level: Level,
    at: &Point,
    mut dy: ViewMut,
    bias: Option<&mut [f32]>,
    scratch: &mut Scratch,
) {
    act::pull_back(at.act, at.y, dy.view_mut());
    if let Some(db) = bias {
        bias::backward(level, dy.view(), db, scratch);
    }
}

impl Grads<'_> {
    /// # Panics
    /// If what is asked for has not the shape of what it is the gradient of.
    #[track_caller]
    fn check(&self, at: &Point, w: &[f32], dy: &ViewMut) {
        assert_eq!(at.y.dim(), dy.dim(), "an output and its gradient differ in shape");
        let dw = self.w.as_deref().map_or(w.len(), <[f32]>::len);
        assert_eq!(dw, w.len(), "weights and their gradient differ in size");
        let db = self.bias.as_deref().map_or(dy.dim().3, <[f32]>::len);
        assert_eq!(db, dy.dim().3, "the gradient of a bias for {} channels", dy.dim().3);
        let dx = self.x.as_ref().map_or(at.x.dim(), ViewMut::dim);
        assert_eq!(dx, at.x.dim(), "an input and its gradient differ in shape");
    }
}
