use dcgan_tensor::{Act, Dims, Input, Output, Scratch, ViewMut, Window, conv};

use crate::{Grads, Init, Layer, LayerSpec, ParamSpec, Saved};

/// A convolution without bias, followed by an activation.
///
/// x (n, h, w, c_in) → y (n, h_out, w_out, c_out) with h_out = [`Window::down`] of h; weight
/// (kernel, kernel, c_in, c_out).
#[derive(Clone, Debug)]
pub struct Conv2d {
    c_in: usize,
    c_out: usize,
    window: Window,
    activation: Act,
}

impl Conv2d {
    /// From `c_in` to `c_out` channels, without an activation.
    pub fn new(c_in: usize, c_out: usize, window: Window) -> Self {
        Self { c_in, c_out, window, activation: Act::Identity }
    }

    /// Followed by this activation.
    pub fn activation(self, activation: Act) -> Self {
        Self { activation, ..self }
    }
}

impl Layer for Conv2d {
    fn output(&self, (n, h, w, c): Dims) -> Dims {
        assert_eq!(c, self.c_in, "a convolution over {} channels got {c}", self.c_in);
        (n, self.window.down(h), self.window.down(w), self.c_out)
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
        scratch: &mut Scratch,
    ) {
        conv::forward(x.pictures, theta, self.window, self.activation, y, scratch);
    }

    fn backward(
        &self,
        theta: &[f32],
        saved: Saved,
        dy: ViewMut,
        grads: Grads,
        scratch: &mut Scratch,
    ) {
        let at = conv::Point { x: saved.x, y: saved.y, act: self.activation };
        let to = conv::Grads { w: grads.theta, bias: None, x: grads.x };
        conv::backward(at, theta, self.window, dy, to, scratch);
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
