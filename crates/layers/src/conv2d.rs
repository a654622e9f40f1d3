use dcgan_tensor::{Act, Dims, Input, Output, Scratch, ViewMut, Window, conv};

use crate::{Grads, Init, Layer, Point, Spec};

/// A convolution without bias, and the activation behind it.
///
/// x (n, h, w, c_in) → y (n, down(h), down(w), c_out); weight (kernel, kernel, c_in, c_out).
#[derive(Clone, Debug)]
pub struct Conv2d {
    c_in: usize,
    c_out: usize,
    window: Window,
    act: Act,
}

impl Conv2d {
    /// From `c_in` to `c_out` channels, with no activation.
    pub fn new(c_in: usize, c_out: usize, window: Window) -> Self {
        Self { c_in, c_out, window, act: Act::Identity }
    }

    /// With this activation behind it.
    pub fn act(self, act: Act) -> Self {
        Self { act, ..self }
    }
}

impl Layer for Conv2d {
    fn output(&self, (n, h, w, c): Dims) -> Dims {
        assert_eq!(c, self.c_in, "a convolution of {} channels was given {c}", self.c_in);
        (n, self.window.down(h), self.window.down(w), self.c_out)
    }

    fn params(&self) -> Vec<Spec> {
        vec![weight(self.window, self.c_in, self.c_out)]
    }

    fn forward(&self, theta: &[f32], x: Input, y: Output, _: &mut [f32], scratch: &mut Scratch) {
        conv::forward(x.pictures, theta, self.window, self.act, y, scratch);
    }

    fn backward(&self, theta: &[f32], at: Point, dy: ViewMut, to: Grads, scratch: &mut Scratch) {
        let at = conv::Point { x: at.x, y: at.y, act: self.act };
        let to = conv::Grads { w: to.theta, bias: None, x: to.x };
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
