use dcgan_tensor::{Activation, Context, Dims, Input, Output, ViewMut, Window, conv};

use crate::{Grads, Init, Layer, LayerSpec, ParamSpec, Saved};

/// A convolution without bias, followed by an activation.
///
/// x (n, h, w, c_in) → y (n, h_out, w_out, c_out) with h_out = [`Window::conv_size`] of h; weight
/// (kernel, kernel, c_in, c_out).
#[derive(Clone, Debug)]
pub struct Conv2d {
    c_in: usize,
    c_out: usize,
    window: Window,
    activation: Activation,
}

impl Conv2d {
    /// From `c_in` to `c_out` channels, without an activation.
    pub fn new(c_in: usize, c_out: usize, window: Window) -> Self {
        Self { c_in, c_out, window, activation: Activation::Identity }
    }

    /// Followed by this activation.
    pub fn activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }
}

impl Layer for Conv2d {
    fn output(&self, (n, h, w, c): Dims) -> Dims {
        assert_eq!(c, self.c_in, "a convolution over {} channels got {c}", self.c_in);
        (n, self.window.conv_size(h), self.window.conv_size(w), self.c_out)
    }

    fn params(&self) -> Vec<ParamSpec> {
        vec![weight(self.window, self.c_in, self.c_out)]
    }

    fn spec(&self) -> LayerSpec {
        let Self { c_in, c_out, window, activation } = *self;
        LayerSpec::Conv2d { c_in, c_out, window, activation }
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
        conv::forward(x.images, theta, self.window, self.activation, y, ctx);
    }

    fn backward(&self, theta: &[f32], saved: Saved, dy: ViewMut, grads: Grads, ctx: &mut Context) {
        let at = conv::Saved { x: saved.x, y: saved.y, activation: self.activation };
        let to = conv::Grads { w: grads.theta, bias: None, x: grads.x, accum: grads.accum };
        conv::backward(at, theta, self.window, dy, to, ctx);
    }
}

/// The weight of a convolution from `c_in` to `c_out` channels: N(0, 0.02²).
pub(crate) fn weight(window: Window, c_in: usize, c_out: usize) -> ParamSpec {
    ParamSpec {
        name: "weight",
        shape: vec![window.kernel, window.kernel, c_in, c_out],
        init: Init::Normal { mean: 0.0, std: 0.02 },
    }
}
