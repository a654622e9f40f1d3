use dcgan_tensor::{
    Accum, Activation, Context, Dims, Epilogue, Input, Output, View, ViewMut, Window, activation,
    conv,
};

use crate::{Grads, Init, Layer, LayerSpec, ParamSpec, PerImage, Saved};

/// A convolution, with an optional bias, followed by an activation.
///
/// x (n, h, w, c_in) → y (n, h_out, w_out, c_out) with h_out = [`Window::conv_size`] of h; weight
/// (kernel, kernel, c_in, c_out); bias (c_out).
#[derive(Clone, Debug)]
pub struct Conv2d {
    c_in: usize,
    c_out: usize,
    window: Window,
    bias: bool,
    spectral_norm: bool,
    activation: Activation,
}

impl Conv2d {
    /// From `c_in` to `c_out` channels, without bias or activation.
    pub fn new(c_in: usize, c_out: usize, window: Window) -> Self {
        let activation = Activation::Identity;
        Self { c_in, c_out, window, bias: false, spectral_norm: false, activation }
    }

    /// With a bias, which starts at zero.
    pub fn bias(self) -> Self {
        Self { bias: true, ..self }
    }

    /// With a weight that is used divided by its largest singular value. The layer has the vector of the power
    /// iteration as a buffer, `weight_u`; [`SpectralNorm`](crate::SpectralNorm) divides, before every forward pass.
    pub fn spectral_norm(self) -> Self {
        Self { spectral_norm: true, ..self }
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

impl Layer for Conv2d {
    fn output(&self, (n, h, w, c): Dims) -> Dims {
        assert_eq!(c, self.c_in, "a convolution over {} channels got {c}", self.c_in);
        (n, self.window.conv_size(h), self.window.conv_size(w), self.c_out)
    }

    fn params(&self) -> Vec<ParamSpec> {
        let weight = weight(self.window, self.c_in, self.c_out);
        if self.bias { vec![weight, bias(self.c_out)] } else { vec![weight] }
    }

    fn buffers(&self) -> Vec<ParamSpec> {
        let init = Init::Constant(1.0 / (self.c_out as f32).sqrt());
        let u = ParamSpec { name: "weight_u", shape: vec![self.c_out], init };
        if self.spectral_norm { vec![u] } else { Vec::new() }
    }

    fn per_image(&self) -> Option<&dyn PerImage> {
        Some(self)
    }

    fn spec(&self) -> LayerSpec {
        let Self { c_in, c_out, window, bias, spectral_norm, activation } = *self;
        LayerSpec::Conv2d { c_in, c_out, window, bias, spectral_norm, activation }
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
        conv::forward(x.images, weight, self.window, epilogue, y, ctx);
    }

    fn backward(&self, theta: &[f32], saved: Saved, dy: ViewMut, grads: Grads, ctx: &mut Context) {
        let (weight, _) = self.split(theta);
        let (dw, db) = grads.theta.map(|dtheta| dtheta.split_at_mut(weight.len())).unzip();
        let at = conv::Saved { x: saved.x, y: saved.y, activation: self.activation };
        let bias = db.filter(|_| self.bias);
        let to = conv::Grads { w: dw, bias, x: grads.x, accum: grads.accum };
        conv::backward(at, weight, self.window, dy, to, ctx);
    }
}

impl PerImage for Conv2d {
    fn pull_back(&self, theta: &[f32], y: View, mut dy: ViewMut, dx: ViewMut, ctx: &mut Context) {
        activation::backward(ctx.backend.isa, self.activation, y, dy.view_mut());
        let (weight, _) = self.split(theta);
        conv::backward_input(dy.view(), weight, self.window, Activation::Identity, dx, ctx);
    }

    fn push_forward(&self, theta: &[f32], y: View, dx: View, mut dy: ViewMut, ctx: &mut Context) {
        let (weight, _) = self.split(theta);
        conv::forward(dx, weight, self.window, Activation::Identity, dy.view_mut(), ctx);
        activation::backward(ctx.backend.isa, self.activation, y, dy);
    }

    fn params_grad(
        &self,
        x: View,
        dy: View,
        scales: &[f32],
        (accum, dtheta): (Accum, &mut [f32]),
        ctx: &mut Context,
    ) {
        let weights = self.window.taps() * self.c_in * self.c_out;
        let (dw, db) = dtheta.split_at_mut(weights);
        conv::backward_weight(x, dy, self.window, accum, dw, ctx);
        if accum == Accum::Overwrite {
            db.fill(0.0);
        }
        for (dy, scale) in dy.outer_iter().zip(scales).filter(|_| self.bias) {
            for pixel in dy.as_slice().expect("activations are contiguous").chunks(self.c_out) {
                db.iter_mut().zip(pixel).for_each(|(db, dy)| *db += scale * dy);
            }
        }
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

/// The bias of `c` channels, which starts at zero.
pub(crate) fn bias(c: usize) -> ParamSpec {
    ParamSpec { name: "bias", shape: vec![c], init: Init::Constant(0.0) }
}
