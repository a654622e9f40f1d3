use dcgan_tensor::{Accum, Activation, Context, Dims, Input, Output, ViewMut, Window, conv};

use crate::{Grads, Init, Layer, Point, Spec};

/// A convolution without bias, and the activation behind it.
///
/// x (n, h, w, c_in) → y (n, conv_size(h), conv_size(w), c_out); weight (kernel, kernel, c_in, c_out).
#[derive(Clone, Debug)]
pub struct Conv2d {
    c_in: usize,
    c_out: usize,
    window: Window,
    act: Activation,
}

impl Conv2d {
    /// From `c_in` to `c_out` channels, with no activation.
    pub fn new(c_in: usize, c_out: usize, window: Window) -> Self {
        Self { c_in, c_out, window, act: Activation::Identity }
    }

    /// With this activation behind it.
    pub fn act(self, act: Activation) -> Self {
        Self { act, ..self }
    }
}

impl Layer for Conv2d {
    fn output(&self, (n, h, w, c): Dims) -> Dims {
        assert_eq!(c, self.c_in, "a convolution of {} channels was given {c}", self.c_in);
        (n, self.window.conv_size(h), self.window.conv_size(w), self.c_out)
    }

    fn params(&self) -> Vec<Spec> {
        vec![weight(self.window, self.c_in, self.c_out)]
    }

    fn forward(&self, theta: &[f32], x: Input, y: Output, _: &mut [f32], scratch: &mut Context) {
        conv::forward(x.images, theta, self.window, self.act, y, scratch);
    }

    fn backward(&self, theta: &[f32], at: Point, dy: ViewMut, to: Grads, scratch: &mut Context) {
        let at = conv::Saved { x: at.x, y: at.y, activation: self.act };
        let to = conv::Grads { w: to.theta, bias: None, x: to.x, accum: Accum::Overwrite };
        conv::backward(at, theta, self.window, dy, to, scratch);
    }
}

/// The weight of a convolution from `c_in` to `c_out` channels: N(0, 0.02²).
pub(crate) fn weight(window: Window, c_in: usize, c_out: usize) -> Spec {
    Spec {
        name: "weight",
        shape: vec![window.kernel, window.kernel, c_in, c_out],
        init: Init::Normal { mean: 0.0, std: 0.02 },
    }
}
