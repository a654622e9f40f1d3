use dcgan_tensor::{
    Accum, Activation, Context, Dims, Epilogue, Input, Output, ViewMut, Window, conv,
};

use crate::conv2d::weight;
use crate::{Grads, Init, Layer, Point, Spec};

/// A transposed convolution, without bias unless one is asked for, and the activation behind it: the
/// convolution from `c_out` to `c_in` channels read backwards. It owns no kernel of its own.
///
/// x (n, h, w, c_in) → y (n, conv_transpose_size(h), conv_transpose_size(w), c_out); weight (kernel, kernel, c_out, c_in), that of
/// the convolution it reverses; bias (c_out).
#[derive(Clone, Debug)]
pub struct ConvTranspose2d {
    c_in: usize,
    c_out: usize,
    window: Window,
    bias: bool,
    act: Activation,
}

impl ConvTranspose2d {
    /// From `c_in` to `c_out` channels, with no activation.
    pub fn new(c_in: usize, c_out: usize, window: Window) -> Self {
        Self { c_in, c_out, window, bias: false, act: Activation::Identity }
    }

    /// With a bias, which starts at zero.
    pub fn bias(self) -> Self {
        Self { bias: true, ..self }
    }

    /// With this activation behind it.
    pub fn act(self, act: Activation) -> Self {
        Self { act, ..self }
    }

    /// θ as weight and bias; the latter is empty where there is none.
    fn split<'a>(&self, theta: &'a [f32]) -> (&'a [f32], &'a [f32]) {
        theta.split_at(self.window.taps() * self.c_in * self.c_out)
    }
}

impl Layer for ConvTranspose2d {
    fn output(&self, (n, h, w, c): Dims) -> Dims {
        assert_eq!(
            c, self.c_in,
            "a transposed convolution of {} channels was given {c}",
            self.c_in
        );
        (n, self.window.conv_transpose_size(h), self.window.conv_transpose_size(w), self.c_out)
    }

    fn params(&self) -> Vec<Spec> {
        let bias = Spec { name: "bias", shape: vec![self.c_out], init: Init::Constant(0.0) };
        let weight = weight(self.window, self.c_out, self.c_in);
        if self.bias { vec![weight, bias] } else { vec![weight] }
    }

    fn forward(&self, theta: &[f32], x: Input, y: Output, _: &mut [f32], scratch: &mut Context) {
        let (weight, bias) = self.split(theta);
        let end = Epilogue { bias: self.bias.then_some(bias), activation: self.act };
        conv::backward_input(x.images, weight, self.window, end, y, scratch);
    }

    fn backward(&self, theta: &[f32], at: Point, dy: ViewMut, to: Grads, scratch: &mut Context) {
        let (weight, _) = self.split(theta);
        let (dw, db) = to.theta.map(|dtheta| dtheta.split_at_mut(weight.len())).unzip();
        let at = conv::Saved { x: at.x, y: at.y, activation: self.act };
        let to =
            conv::Grads { w: dw, bias: db.filter(|_| self.bias), x: to.x, accum: Accum::Overwrite };
        conv::backward_transpose(at, weight, self.window, dy, to, scratch);
    }
}
