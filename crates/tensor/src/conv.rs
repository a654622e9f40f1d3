//! Convolution as three matrix products, which serve both networks: a transposed convolution is a
//! convolution read backwards (Dumoulin & Visin 2016, arXiv:1603.07285, section 4).
//!
//! With M = n·h_out·w_out, K = kernel²·c_in and O = c_out, all row-major:
//!
//! | pass | product | parallel over |
//! |---|---|---|
//! | [`forward`] | Y (M×O) = im2col(X) (M×K) · W (K×O) | images |
//! | [`backward_input`] | dX = col2im(dY (M×O) · Wᵀ (O×K)) | images |
//! | [`backward_weight`] | dW (K×O) = im2col(X)ᵀ (K×M) · dY (M×O) | kernel rows |
//!
//! That is im2col, which takes any geometry. [`ConvAlgorithm`](crate::ConvAlgorithm) chooses between it
//! and three kernels with the same contract:
//!
//! | kernel | geometry | multiplications | what else it saves |
//! |---|---|---|---|
//! | `im2col` | any | all | |
//! | `winograd` | 4 × 4 windows of stride 2 and padding 1, sides that are multiples of 8 | 25/64 | |
//! | `direct` | at most 64 floats in a window and 64 channels of y | all | the copies of windows |
//! | `full_window` | the window is the whole image | all | the copies, and packing the weights |
//!
//! Each call is one `Conv`: the problem, and the kernel that is chosen for it.

mod bias;
mod choose;
mod direct;
pub(crate) mod epilogue;
mod full_window;
mod im2col;
mod passes;
mod problem;
mod saved;
mod winograd;

pub(crate) use self::choose::ConvKernel;
pub use self::epilogue::Epilogue;
pub(crate) use self::problem::{Operands, Problem};
pub(crate) use self::saved::{Differentiand, Role};
pub use self::saved::{Grads, Saved};
use crate::{Accum, Backend, Context, Dims, Output, Scratch, View, ViewMut, Window};

/// Y = f(im2col(X) · W), with f the activation or [`Epilogue`] given.
///
/// x (n, h, w, c_in), w (kernel, kernel, c_in, c_out), y (n, h_out, w_out, c_out) with
/// h_out = `win.conv_size(h)`. y is overwritten.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn forward<'e, 'y>(
    x: View,
    w: &[f32],
    win: Window,
    epilogue: impl Into<Epilogue<'e>>,
    y: impl Into<Output<'y>>,
    ctx: &mut Context,
) {
    let (epilogue, y) = (epilogue.into(), y.into());
    let conv = Conv::new(x.dim(), y.dim(), w.len(), win, ctx.backend);
    conv.forward(Operands { from: x, w, epilogue }, y, &mut ctx.scratch);
}

/// dX = f(col2im(dY · Wᵀ)), the adjoint of [`forward`] in x. With an activation it is the forward
/// pass of a transposed convolution.
///
/// dy (n, h_out, w_out, c_out), w (kernel, kernel, c_in, c_out), dx (n, h, w, c_in) with
/// `win.conv_size(h)` = h_out. dx is overwritten.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward_input<'e, 'x>(
    dy: View,
    w: &[f32],
    win: Window,
    epilogue: impl Into<Epilogue<'e>>,
    dx: impl Into<Output<'x>>,
    ctx: &mut Context,
) {
    let (epilogue, dx) = (epilogue.into(), dx.into());
    let conv = Conv::new(dx.dim(), dy.dim(), w.len(), win, ctx.backend);
    conv.backward_input(Operands { from: dy, w, epilogue }, dx, &mut ctx.scratch);
}

/// dW = im2col(X)ᵀ · dY, the adjoint of [`forward`] in w.
///
/// x (n, h, w, c_in), dy (n, h_out, w_out, c_out), dw (kernel, kernel, c_in, c_out), which is overwritten
/// or added to.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward_weight(
    x: View,
    dy: View,
    win: Window,
    accum: Accum,
    dw: &mut [f32],
    ctx: &mut Context,
) {
    let conv = Conv::new(x.dim(), dy.dim(), dw.len(), win, ctx.backend);
    conv.backward_weight(x, dy, accum, dw, &mut ctx.scratch);
}

/// From dL/dy to the gradients of y = f(conv(x; w) + bias).
///
/// The same as [`Activation::backward`](crate::Activation::backward), then [`backward_weight`] and
/// [`backward_input`], except that dy is left with arbitrary contents: where it pays, each image goes
/// through all of them while it is in the cache.
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward(
    saved: Saved,
    w: &[f32],
    win: Window,
    dy: ViewMut,
    grads: Grads,
    ctx: &mut Context,
) {
    let conv = Conv::new(saved.x.dim(), dy.dim(), w.len(), win, ctx.backend);
    let layer = Differentiand { role: Role::Convolution, saved, w };
    conv.backward(layer, dy, grads, &mut ctx.scratch);
}

/// From dL/dy to the gradients of y = f(convᵀ(x; w) + bias), the transposed convolution that
/// [`backward_input`] computes; otherwise as [`backward`].
///
/// # Panics
/// If the shapes do not fit together.
#[track_caller]
pub fn backward_transpose(
    saved: Saved,
    w: &[f32],
    win: Window,
    dy: ViewMut,
    grads: Grads,
    ctx: &mut Context,
) {
    let conv = Conv::new(dy.dim(), saved.x.dim(), w.len(), win, ctx.backend);
    let layer = Differentiand { role: Role::Transpose, saved, w };
    conv.backward(layer, dy, grads, &mut ctx.scratch);
}

/// A convolution, and the kernel that computes it. Made once for each call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conv {
    problem: Problem,
    pub(crate) kernel: ConvKernel,
}

impl Conv {
    /// # Panics
    /// If x, y, the number of weights and the window do not fit together.
    #[track_caller]
    pub(crate) fn new(x: Dims, y: Dims, weights: usize, win: Window, backend: Backend) -> Self {
        let problem = Problem::new(x, y, weights, win, backend);
        Self { problem, kernel: ConvKernel::choose(backend.conv, &problem) }
    }

    #[track_caller]
    fn forward(self, operands: Operands, y: Output, scratch: &mut Scratch) {
        operands.epilogue.check(self.problem.c_out());
        self.kernel.passes().forward(&self.problem, operands, y, scratch);
    }

    #[track_caller]
    fn backward_input(self, operands: Operands, dx: Output, scratch: &mut Scratch) {
        operands.epilogue.check(self.problem.c_in());
        self.kernel.passes().backward_input(&self.problem, operands, dx, scratch);
    }

    fn backward_weight(
        self,
        x: View,
        dy: View,
        accum: Accum,
        dw: &mut [f32],
        scratch: &mut Scratch,
    ) {
        self.kernel.passes().backward_weight(&self.problem, x, dy, accum, dw, scratch);
    }

    #[track_caller]
    fn backward(self, layer: Differentiand, dy: ViewMut, grads: Grads, scratch: &mut Scratch) {
        grads.check(&layer.saved, layer.w, &dy);
        self.kernel.passes().backward(&self.problem, layer, dy, grads, scratch);
    }
}
