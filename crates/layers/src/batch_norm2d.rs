use dcgan_tensor::norm::{self, Affine, Stats};
use dcgan_tensor::{Activation, Context, Dims, Input, Output, ViewMut};

use crate::{Grads, Init, Layer, LayerSpec, ParamSpec, Saved};

/// ε, PyTorch's default.
const EPS: f32 = 1e-5;

/// Weight of a batch in the running statistics, PyTorch's default.
const MOMENTUM: f32 = 0.1;

/// Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167), followed by an activation.
///
/// y = f(γ·(x − mean)/√(var + 1e-5) + β) for each channel, with the mean and variance of the batch.
/// Its buffers, `running_mean` and `running_var`, move a tenth of the way to each batch's statistics;
/// the variance is the unbiased one there, as in PyTorch. [`BatchNorm2d::scale_shift`] gives the layer
/// in inference. Saves mean and variance.
#[derive(Clone, Debug)]
pub struct BatchNorm2d {
    c: usize,
    activation: Activation,
}

impl BatchNorm2d {
    /// Over `c` channels, without an activation.
    pub fn new(c: usize) -> Self {
        Self { c, activation: Activation::Identity }
    }

    /// Followed by this activation.
    pub fn activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// The layer in inference mode, before the activation: y = scale·x + shift for each channel, as
    /// (scale, shift).
    pub fn scale_shift(&self, theta: &[f32], buffers: &[f32]) -> Vec<(f32, f32)> {
        let mut both = vec![0.0; 2 * self.c];
        norm::scale_shift(self.stats(buffers), self.affine(theta), &mut both);
        let (scale, shift) = both.split_at(self.c);
        scale.iter().copied().zip(shift.iter().copied()).collect()
    }

    /// Means, then variances, as `extra` and the buffers hold them.
    fn stats<'a>(&self, mean_var: &'a [f32]) -> Stats<'a> {
        Stats { mean_var, eps: EPS }
    }

    fn affine<'a>(&self, theta: &'a [f32]) -> Affine<'a> {
        let (gamma, beta) = theta.split_at(self.c);
        Affine { gamma, beta }
    }

    /// Moves the running statistics towards those of each batch, in order; `pixels` in each of them.
    fn update_running_stats(&self, buffers: &mut [f32], mean_var: &[f32], pixels: usize) {
        let (mean, var) = buffers.split_at_mut(self.c);
        // The variance of a single pixel cannot be estimated. PyTorch refuses it; here it stays biased.
        let unbias = pixels as f32 / (pixels as f32 - 1.0).max(1.0);
        for batch in mean_var.chunks_exact(2 * self.c) {
            let (batch_mean, batch_var) = batch.split_at(self.c);
            for (running, batch) in mean.iter_mut().zip(batch_mean) {
                *running += MOMENTUM * (batch - *running);
            }
            for (running, batch) in var.iter_mut().zip(batch_var) {
                *running += MOMENTUM * (batch * unbias - *running);
            }
        }
    }

    fn param(&self, name: &'static str, init: Init) -> ParamSpec {
        ParamSpec { name, shape: vec![self.c], init }
    }
}

impl Layer for BatchNorm2d {
    fn output(&self, input: Dims) -> Dims {
        assert_eq!(input.3, self.c, "batch norm over {} channels got {}", self.c, input.3);
        input
    }

    fn params(&self) -> Vec<ParamSpec> {
        vec![
            self.param("weight", Init::Normal { mean: 1.0, std: 0.02 }),
            self.param("bias", Init::Constant(0.0)),
        ]
    }

    fn buffers(&self) -> Vec<ParamSpec> {
        vec![
            self.param("running_mean", Init::Constant(0.0)),
            self.param("running_var", Init::Constant(1.0)),
        ]
    }

    fn extra_len(&self) -> usize {
        2 * self.c
    }

    fn wants_image_stats(&self) -> bool {
        true
    }

    fn backward_in_place(&self) -> bool {
        true
    }

    fn spec(&self) -> LayerSpec {
        let Self { c, activation } = *self;
        LayerSpec::BatchNorm2d { c, eps: EPS, momentum: MOMENTUM, activation }
    }

    fn forward(
        &self,
        theta: &[f32],
        buffers: &mut [f32],
        x: Input,
        y: Output,
        extra: &mut [f32],
        ctx: &mut Context,
    ) {
        let (n, h, w, _) = x.images.dim();
        norm::batch_stats(x, extra, ctx);
        let (stats, affine) = (self.stats(extra), self.affine(theta));
        norm::forward(x.images, stats, affine, self.activation, y, ctx);
        let batches = extra.len() / self.extra_len();
        self.update_running_stats(buffers, extra, n / batches * h * w);
    }

    fn backward(&self, theta: &[f32], saved: Saved, dy: ViewMut, grads: Grads, ctx: &mut Context) {
        let (stats, affine) = (self.stats(saved.extra), self.affine(theta));
        let at = norm::Saved { x: saved.x, stats, affine, activation: self.activation };
        let affine = grads.theta.map(|dtheta| dtheta.split_at_mut(self.c));
        norm::backward(at, dy, affine, grads.accum, ctx);
    }
}
