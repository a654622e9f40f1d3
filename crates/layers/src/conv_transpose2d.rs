use dcgan_tensor::{Activation, Context, Dims, Epilogue, Input, Output, ViewMut, Window, conv};

use crate::conv2d::{bias, weight};
use crate::{Grads, Layer, LayerSpec, ParamSpec, Saved};

/// A transposed convolution, with an optional bias, followed by an activation: the adjoint of the
/// convolution from `c_out` to `c_in` channels. It needs no kernel of its own.
///
/// x (n, h, w, c_in) → y (n, h_out, w_out, c_out) with h_out = [`Window::conv_transpose_size`] of h; weight
/// (kernel, kernel, c_out, c_in), that of the convolution it transposes; bias (c_out).
#[derive(Clone, Debug)]
pub struct ConvTranspose2d {
    c_in: usize,
    c_out: usize,
    window: Window,
    bias: bool,
    activation: Activation,
}

impl ConvTranspose2d {
    /// From `c_in` to `c_out` channels, without bias or activation.
    pub fn new(c_in: usize, c_out: usize, window: Window) -> Self {
        Self { c_in, c_out, window, bias: false, activation: Activation::Identity }
    }

    /// With a bias, which starts at zero.
    pub fn bias(self) -> Self {
        Self { bias: true, ..self }
    }

    /// Followed by this activation.
    pub fn activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// θ as weight and bias; the latter is empty if there is none.
    fn split<'a>(&self, theta: &'a [f32]) -> (&'a [f32], &'a [f32]) {
        theta.split_at(self.window.taps() * self.c_in * self.c_out)
    }
}

impl Layer for ConvTranspose2d {
    fn output(&self, (n, h, w, c): Dims) -> Dims {
        assert_eq!(c, self.c_in, "a transposed convolution over {} channels got {c}", self.c_in);
        (n, self.window.conv_transpose_size(h), self.window.conv_transpose_size(w), self.c_out)
    }

    fn params(&self) -> Vec<ParamSpec> {
        let weight = weight(self.window, self.c_out, self.c_in);
        if self.bias { vec![weight, bias(self.c_out)] } else { vec![weight] }
    }

    fn spec(&self) -> LayerSpec {
        let Self { c_in, c_out, window, bias, activation } = *self;
        LayerSpec::ConvTranspose2d { c_in, c_out, window, bias, activation }
    }

    fn forward(
        &self,
        theta: &[f32],
        _: &mut [f32],
        x: Input,
        y: Output,
        _: &mut [f32],
        ctx: &mut Context,
    ) {
        let (weight, bias) = self.split(theta);
        let epilogue = Epilogue { bias: self.bias.then_some(bias), activation: self.activation };
        conv::backward_input(x.images, weight, self.window, epilogue, y, ctx);
    }

    fn backward(&self, theta: &[f32], saved: Saved, dy: ViewMut, grads: Grads, ctx: &mut Context) {
        let (weight, _) = self.split(theta);
        let (dw, db) = grads.theta.map(|dtheta| dtheta.split_at_mut(weight.len())).unzip();
        let at = conv::Saved { x: saved.x, y: saved.y, activation: self.activation };
        let bias = db.filter(|_| self.bias);
        let to = conv::Grads { w: dw, bias, x: grads.x, accum: grads.accum };
        conv::backward_transpose(at, weight, self.window, dy, to, ctx);
    }
}
