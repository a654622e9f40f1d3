use dcgan_tensor::norm::{self, Affine, Stats};
use dcgan_tensor::{Accum, Activation, Context, Dims, Input, Output, View, ViewMut};

use crate::{Grads, Init, Layer, Point, Spec};

/// ε of the normalisation, torch's.
const EPS: f32 = 1e-5;

/// Share of a batch in the running statistics, torch's.
const MOMENTUM: f32 = 0.1;

/// Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167), and the activation behind it.
///
/// y = f(γ·(x − mean)/√(var + 1e-5) + β) for each channel: in training with the mean and variance
/// of the batch, in inference with running ones. `track` moves those by a tenth towards the batch,
/// the variance unbiased, as torch keeps it. Saves mean and variance.
#[derive(Clone, Debug)]
pub struct BatchNorm2d {
    c: usize,
    act: Activation,
}

impl BatchNorm2d {
    /// Over `c` channels, with no activation.
    pub fn new(c: usize) -> Self {
        Self { c, act: Activation::Identity }
    }

    /// With this activation behind it.
    pub fn act(self, act: Activation) -> Self {
        Self { act, ..self }
    }

    /// What the layer is in inference, for each channel: y = f(scale·x + shift), as (scale, shift).
    pub fn line(&self, theta: &[f32], running: &[f32]) -> Vec<(f32, f32)> {
        let mut line = vec![0.0; 2 * self.c];
        norm::scale_shift(self.stats(running), self.affine(theta), &mut line);
        let (scale, shift) = line.split_at(self.c);
        scale.iter().copied().zip(shift.iter().copied()).collect()
    }

    /// Mean and variance, as they lie one behind the other in `saved` and in `running`.
    fn stats<'a>(&self, moments: &'a [f32]) -> Stats<'a> {
        Stats { mean_var: moments, eps: EPS }
    }

    fn affine<'a>(&self, theta: &'a [f32]) -> Affine<'a> {
        let (gamma, beta) = theta.split_at(self.c);
        Affine { gamma, beta }
    }

    /// Pictures in each of the batches that `saved` is of.
    fn batch(&self, x: &View, saved: &[f32]) -> usize {
        x.dim().0 / (saved.len() / (2 * self.c))
    }

    fn spec(&self, name: &'static str, init: Init) -> Spec {
        Spec { name, shape: vec![self.c], init }
    }
}

impl Layer for BatchNorm2d {
    fn output(&self, input: Dims) -> Dims {
        assert_eq!(input.3, self.c, "a normalisation of {} channels was given {}", self.c, input.3);
        input
    }

    fn params(&self) -> Vec<Spec> {
        vec![
            self.spec("weight", Init::Normal { mean: 1.0, std: 0.02 }),
            self.spec("bias", Init::Constant(0.0)),
        ]
    }

    fn running(&self) -> Vec<Spec> {
        vec![
            self.spec("running_mean", Init::Constant(0.0)),
            self.spec("running_var", Init::Constant(1.0)),
        ]
    }

    fn saved(&self) -> usize {
        2 * self.c
    }

    fn wants_moments(&self) -> bool {
        true
    }

    fn goes_back_in_place(&self) -> bool {
        true
    }

    fn forward(
        &self,
        theta: &[f32],
        x: Input,
        y: Output,
        saved: &mut [f32],
        scratch: &mut Context,
    ) {
        norm::batch_stats(x, saved, scratch);
        let (stats, affine) = (self.stats(saved), self.affine(theta));
        norm::forward(x.images, stats, affine, self.act, y, scratch);
    }

    fn backward(&self, theta: &[f32], at: Point, dy: ViewMut, to: Grads, scratch: &mut Context) {
        let (stats, affine) = (self.stats(at.saved), self.affine(theta));
        let point = norm::Saved { x: at.x, stats, affine, activation: self.act };
        let affine = to.theta.map(|dtheta| dtheta.split_at_mut(self.c));
        norm::backward(point, dy, affine, Accum::Overwrite, scratch);
    }

    fn infer(&self, theta: &[f32], running: &[f32], x: View, y: ViewMut, scratch: &mut Context) {
        norm::forward(x, self.stats(running), self.affine(theta), self.act, y, scratch);
    }

    fn track(&self, at: Point, running: &mut [f32]) {
        let pixels = (self.batch(&at.x, at.saved) * at.x.dim().1 * at.x.dim().2) as f32;
        let (mean, var) = running.split_at_mut(self.c);
        // One pixel a channel has no variance to estimate; torch refuses it, we leave it biased.
        let unbias = pixels / (pixels - 1.0).max(1.0);
        for saved in at.saved.chunks_exact(2 * self.c) {
            let (batch_mean, batch_var) = saved.split_at(self.c);
            for (running, batch) in mean.iter_mut().zip(batch_mean) {
                *running += MOMENTUM * (batch - *running);
            }
            for (running, batch) in var.iter_mut().zip(batch_var) {
                *running += MOMENTUM * (batch * unbias - *running);
            }
        }
    }
}
