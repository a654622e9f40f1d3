use dcgan_tensor::{Accum, Context, Dims, Input, Output, View, ViewMut};

use crate::{LayerSpec, ParamSpec};

/// A map y = f(θ, x) and its vector-Jacobian product.
///
/// Every layer keeps these laws, and the tests hold it to them:
///
/// - `forward` is a function of (θ, buffers, x) that overwrites y and `extra`. If `extra` has room for
///   several batches, x holds as many batches side by side, each treated as if it were alone.
/// - Where y asks for the statistics of its images, `forward` provides them. Statistics that come with
///   x change the time that `forward` takes and nothing else.
/// - `backward` is the adjoint of the derivative of `forward` at a [`Saved`] forward pass.
/// - Gradients are overwritten or accumulated, as [`Grads`] says.
pub trait Layer: Send + Sync {
    /// Sizes of y for an x of sizes `input`.
    ///
    /// # Panics
    /// If the layer cannot take such an input.
    fn output(&self, input: Dims) -> Dims;

    /// The trained parameters, in the order in which they lie in θ.
    fn params(&self) -> Vec<ParamSpec>;

    /// Values that are saved with the parameters but follow the data instead of a gradient, such as
    /// running statistics (PyTorch's buffers).
    fn buffers(&self) -> Vec<ParamSpec> {
        Vec::new()
    }

    /// Floats that `forward` saves for `backward` beyond x and y, for each batch.
    fn extra_len(&self) -> usize {
        0
    }

    /// Whether `forward` starts from per-image statistics of x, which the layer before can gather while
    /// each image is still in the cache.
    fn wants_image_stats(&self) -> bool {
        false
    }

    /// Whether `backward` leaves dL/dx in place of dL/dy.
    fn backward_in_place(&self) -> bool {
        false
    }

    /// The layer as one that treats each image alone and is linear but for its activation, if it is one.
    fn per_image(&self) -> Option<&dyn PerImage> {
        None
    }

    /// What the layer computes, for engines that do not run this code.
    fn spec(&self) -> LayerSpec;

    /// y ← f(θ, x) in training mode; moves the buffers towards what this batch shows, as PyTorch does.
    fn forward(
        &self,
        theta: &[f32],
        buffers: &mut [f32],
        x: Input,
        y: Output,
        extra: &mut [f32],
        ctx: &mut Context,
    );

    /// From dL/dy to the gradients that `grads` asks for. `dy` may be left with arbitrary contents.
    fn backward(&self, theta: &[f32], saved: Saved, dy: ViewMut, grads: Grads, ctx: &mut Context);
}

/// The forward pass at which a layer is differentiated.
#[derive(Clone, Copy, Debug)]
pub struct Saved<'a> {
    /// The input.
    pub x: View<'a>,
    /// The output.
    pub y: View<'a>,
    /// Whatever else `forward` saved: [`Layer::extra_len`] floats for each batch.
    pub extra: &'a [f32],
}

/// The gradients to compute, and where they go.
#[derive(Debug)]
pub struct Grads<'a> {
    /// dL/dθ, overwritten or added to, as `accum` says.
    pub theta: Option<&'a mut [f32]>,
    /// What happens to what dL/dθ held before.
    pub accum: Accum,
    /// dL/dx, overwritten; `None` if it is not needed, or replaces dL/dy.
    pub x: Option<ViewMut<'a>>,
}

/// A layer y = f(A(θ)·x + b) with an elementwise f: what a gradient penalty needs of it. A is linear in x and in θ.
pub trait PerImage {
    /// From dL/dy to dL/d(A·x + b), in place, and to dL/dx.
    fn pull_back(&self, theta: &[f32], y: View, dy: ViewMut, dx: ViewMut, ctx: &mut Context);

    /// The tangent dy = f′ ⊙ A·dx, at the output `y`.
    fn push_forward(&self, theta: &[f32], y: View, dx: View, dy: ViewMut, ctx: &mut Context);

    /// dL/dθ from images x and dL/d(A·x + b), each image of which counts `scales` times for the bias.
    fn params_grad(
        &self,
        x: View,
        dy: View,
        scales: &[f32],
        to: (Accum, &mut [f32]),
        ctx: &mut Context,
    );
}
