use dcgan_tensor::{Accum, AlignedBuffer, Context, Dims, View, ViewMut};
use ndarray::{ArrayView1, Axis, Slice, Zip};

use crate::{Activations, Network, Params};

/// For each image of a forward pass, the gradient of its own logit: in the image, and before the activation in the
/// output of each layer.
///
/// A network without batch norm judges each image alone. Any loss of the logits then has the gradient l′ₙ·∇D(xₙ)
/// in image n, with l′ₙ its slope in that logit, and one backward pass serves every loss. So does it serve
/// penalties on ‖∇D(xₙ)‖² without second derivatives, since D is piecewise linear (docs/maths.md).
#[derive(Debug)]
pub struct LogitGrads {
    /// In the places of the activations.
    grads: Activations,
    /// Two layers' worth of images, one after the other.
    tangents: [AlignedBuffer; 2],
}

impl LogitGrads {
    /// Memory for gradients at such a forward pass of `network`.
    pub fn new(network: &Network, parts: usize, batch: usize) -> Self {
        let grads = network.activations_of_parts(parts, batch);
        let tangent = || AlignedBuffer::zeros(grads.largest());
        let tangents = [tangent(), tangent()];
        Self { grads, tangents }
    }

    /// Computes the gradients at a forward pass.
    ///
    /// # Panics
    /// If a layer of the network does not treat each image alone, or its output is not one logit for each image.
    pub fn compute(
        &mut self,
        network: &Network,
        theta: &Params,
        activations: &Activations,
        ctx: &mut Context,
    ) {
        let nodes = network.nodes();
        let (_, mut logits) = self.grads.ends_mut(nodes.len() - 1);
        assert_eq!(logits.len(), logits.dim().0, "an image has one logit");
        logits.fill(1.0);
        for (i, node) in nodes.iter().enumerate().rev() {
            let (dx, dy) = self.grads.ends_mut(i);
            let y = activations.layer_output(i);
            node.per_image().pull_back(node.params(theta), y, dy, dx, ctx);
        }
    }

    /// ∇D(xₙ) for the images of one part: (batch, h, w, c).
    pub fn images(&self, part: usize) -> View<'_> {
        self.grads.part_input(part)
    }

    /// The mean of ‖∇D(xₙ)‖² over the images of one part.
    pub fn mean_square(&self, part: usize) -> f64 {
        let images = self.images(part);
        let squares: f64 = images.iter().map(|&g| f64::from(g).powi(2)).sum();
        squares / images.dim().0 as f64
    }

    /// dL/dθ of L = Σ lossₙ + Σ wₙ/2·‖∇D(xₙ)‖², from the slopes of the losses in the logits and the weights w:
    /// written to `dtheta`, or added to it.
    ///
    /// # Panics
    /// If there is not one slope and one weight for each image.
    pub fn backward_params(
        &mut self,
        network: &Network,
        theta: &Params,
        activations: &Activations,
        (slopes, weights): (&[f32], &[f32]),
        (accum, dtheta): (Accum, &mut Params),
        ctx: &mut Context,
    ) {
        let Self { grads, tangents: [t, next] } = self;
        let (images, penalised) = (grads.value(0), penalised(weights));
        assert!(slopes.len() == images.dim().0 && weights.len() == slopes.len(), "one per image");
        scale(images, weights, shaped(t, images.dim()));
        for (i, node) in network.nodes().iter().enumerate() {
            let (x, y, dy) = (activations.value(i), activations.value(i + 1), grads.value(i + 1));
            let layer = node.per_image();
            // The weight's gradient is linear in x: one product serves the loss and the penalty.
            if penalised == Slice::from(0..0) {
                scale(x, slopes, shaped(t, x.dim()));
            } else {
                let mut tangent = shaped(next, y.dim());
                tangent.fill(0.0);
                let (from, y) = (shaped(t, x.dim()), y.slice_axis_move(Axis(0), penalised));
                let from = from.slice_axis(Axis(0), penalised);
                let to = tangent.slice_axis_move(Axis(0), penalised);
                layer.push_forward(node.params(theta), y, from, to, ctx);
                add_scaled(x, slopes, shaped(t, x.dim()));
            }
            let to = &mut dtheta.as_mut_slice()[node.params_range()];
            layer.params_grad(shaped(t, x.dim()).view(), dy, slopes, (accum, to), ctx);
            std::mem::swap(t, next);
        }
    }
}

/// From the first image with a weight to the last.
fn penalised(weights: &[f32]) -> Slice {
    let has_weight = |&weight: &f32| weight != 0.0;
    match (weights.iter().position(has_weight), weights.iter().rposition(has_weight)) {
        (Some(first), Some(last)) => Slice::from(first..last + 1),
        _ => Slice::from(0..0),
    }
}

fn shaped(buffer: &mut [f32], dims: Dims) -> ViewMut<'_> {
    let (n, h, w, c) = dims;
    ViewMut::from_shape(dims, &mut buffer[..n * h * w * c]).expect("at most the largest activation")
}

/// to ← sₙ·xₙ for each image n.
fn scale(x: View, scales: &[f32], to: ViewMut) {
    each_image(x, scales, to, |scale, x, to| *to = scale * x);
}

/// to ← to + sₙ·xₙ for each image n.
fn add_scaled(x: View, scales: &[f32], to: ViewMut) {
    each_image(x, scales, to, |scale, x, to| *to += scale * x);
}

fn each_image(x: View, scales: &[f32], mut to: ViewMut, f: impl Fn(f32, f32, &mut f32) + Sync) {
    let scales = ArrayView1::from(scales);
    let images = Zip::from(to.axis_iter_mut(Axis(0))).and(x.axis_iter(Axis(0))).and(scales);
    images.par_for_each(|mut to, x, &scale| to.zip_mut_with(&x, |to, &x| f(scale, x, to)));
}
