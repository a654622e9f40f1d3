use dcgan_tensor::{Act, Dims, Scratch, View, ViewMut, Window, act, conv};

use crate::conv2d::weight;
use crate::{Grads, Layer, Point, Spec};

/// A transposed convolution without bias, and the activation behind it: the convolution from
/// `c_out` to `c_in` channels read backwards. It owns no kernel of its own.
///
/// x (n, h, w, c_in) → y (n, up(h), up(w), c_out); weight (kernel, kernel, c_out, c_in), that of
/// the convolution it reverses.
#[derive(Clone, Debug)]
pub struct ConvTranspose2d {
    c_in: usize,
    c_out: usize,
    window: Window,
    act: Act,
}

impl ConvTranspose2d {
    /// From `c_in` to `c_out` channels, with no activation.
    pub fn new(c_in: usize, c_out: usize, window: Window) -> Self {
        Self { c_in, c_out, window, act: Act::Identity }
    }

    /// With this activation behind it.
    pub fn act(self, act: Act) -> Self {
        Self { act, ..self }
    }
}

impl Layer for ConvTranspose2d {
    fn output(&self, (n, h, w, c): Dims) -> Dims {
        assert_eq!(
            c, self.c_in,
            "a transposed convolution of {} channels was given {c}",
            self.c_in
        );
        (n, self.window.up(h), self.window.up(w), self.c_out)
    }

    fn params(&self) -> Vec<Spec> {
        vec![weight(self.window, self.c_out, self.c_in)]
    }

    fn forward(&self, theta: &[f32], x: View, y: ViewMut, _: &mut [f32], scratch: &mut Scratch) {
        conv::backward_input(x, theta, self.window, self.act, y, scratch);
    }

    fn backward(
        &self,
        theta: &[f32],
        at: Point,
        mut dy: ViewMut,
        to: Grads,
        scratch: &mut Scratch,
    ) {
        act::pull_back(self.act, at.y, dy.view_mut());
        if let Some(dw) = to.theta {
            conv::backward_weight(dy.view(), at.x, self.window, dw, scratch);
        }
        if let Some(dx) = to.x {
            conv::forward(dy.view(), theta, self.window, Act::Identity, dx, scratch);
        }
    }
}
