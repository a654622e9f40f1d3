use crate::{Accum, Activation, View, ViewMut};

/// What a forward pass y = f(conv(x) + bias), or that of a transposed convolution, leaves for the
/// backward pass.
#[derive(Clone, Copy, Debug)]
pub struct Saved<'a> {
    /// Its input.
    pub x: View<'a>,
    /// Its output.
    pub y: View<'a>,
    /// f.
    pub activation: Activation,
}

/// Which gradients to compute, and where they go.
#[derive(Debug)]
pub struct Grads<'a> {
    /// dL/dw, of the shape of w.
    pub w: Option<&'a mut [f32]>,
    /// dL/dbias, one float for each channel of y.
    pub bias: Option<&'a mut [f32]>,
    /// dL/dx, of the shape of x; always overwritten.
    pub x: Option<ViewMut<'a>>,
    /// Whether dL/dw and dL/dbias are overwritten or added to.
    pub accum: Accum,
}

impl Grads<'_> {
    /// # Panics
    /// If a gradient does not have the shape of what it is the gradient of.
    #[track_caller]
    pub(super) fn check(&self, saved: &Saved, w: &[f32], dy: &ViewMut) {
        assert_eq!(saved.y.dim(), dy.dim(), "an output and its gradient differ in shape");
        let dw = self.w.as_deref().map_or(w.len(), <[f32]>::len);
        assert_eq!(dw, w.len(), "weights and their gradient differ in size");
        let db = self.bias.as_deref().map_or(dy.dim().3, <[f32]>::len);
        assert_eq!(db, dy.dim().3, "the gradient of a bias for {} channels", dy.dim().3);
        let dx = self.x.as_ref().map_or(saved.x.dim(), ViewMut::dim);
        assert_eq!(dx, saved.x.dim(), "an input and its gradient differ in shape");
    }
}

/// What is differentiated: a convolution or a transposed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Convolution,
    Transpose,
}

impl Role {
    /// Maps what belongs to x and y of the layer to what belongs to input and output of the convolution
    /// that it is or transposes. Its own inverse.
    pub(crate) fn order<T>(self, x: T, y: T) -> (T, T) {
        match self {
            Self::Convolution => (x, y),
            Self::Transpose => (y, x),
        }
    }
}

/// A layer to differentiate.
#[derive(Clone, Copy)]
pub(crate) struct Differentiand<'s, 'w> {
    pub(crate) role: Role,
    pub(crate) saved: Saved<'s>,
    pub(crate) w: &'w [f32],
}
