use dcgan_tensor::{AlignedBuffer, Dims, View, ViewMut};

use crate::Activations;

/// Memory for backward passes: dL/dy and dL/dx of the layer at hand, which swap roles from layer to
/// layer. One of them serves all networks that are differentiated one after the other.
#[derive(Debug)]
pub struct GradBuffers {
    /// dL/dy, in its first floats.
    dy: AlignedBuffer,
    /// dL/dx, in its first floats.
    dx: AlignedBuffer,
}

impl GradBuffers {
    /// Memory for backward passes through each of these.
    pub fn new<'a>(passes: impl IntoIterator<Item = &'a Activations>) -> Self {
        let largest = passes.into_iter().map(Activations::largest).max().unwrap_or(0);
        Self { dy: AlignedBuffer::zeros(largest), dx: AlignedBuffer::zeros(largest) }
    }

    /// The gradient in an output of these sizes, to be written by the caller before it goes to a backward
    /// pass.
    ///
    /// # Panics
    /// If that is larger than any activation that the buffers were made for.
    pub fn output_grad(&mut self, dims: Dims) -> OutputGrad<'_> {
        assert!(len(dims) <= self.dy.len(), "no room for the gradient in an output of {dims:?}");
        OutputGrad { buffers: self, dims }
    }

    /// dL/dy and room for dL/dx of a layer with an input and output of these sizes.
    pub(crate) fn dy_dx(&mut self, y: Dims, x: Dims) -> (ViewMut<'_>, ViewMut<'_>) {
        (shaped_mut(&mut self.dy, y), shaped_mut(&mut self.dx, x))
    }

    /// dL/dx of a layer is dL/dy of the layer before.
    pub(crate) fn swap(&mut self) {
        std::mem::swap(&mut self.dy, &mut self.dx);
    }
}

/// The gradient in an output, in [`GradBuffers`]: where a backward pass starts.
///
/// A backward pass to a network's input gives one too: it is the gradient in the output of whatever made
/// that input, and can be changed on its way there.
#[derive(Debug)]
pub struct OutputGrad<'a> {
    pub(crate) buffers: &'a mut GradBuffers,
    dims: Dims,
}

impl OutputGrad<'_> {
    /// The gradient: (n, h, w, c).
    pub fn view(&self) -> View<'_> {
        let floats = &self.buffers.dy[..len(self.dims)];
        View::from_shape(self.dims, floats).expect("at most the largest activation")
    }

    /// The same, to write to.
    pub fn view_mut(&mut self) -> ViewMut<'_> {
        shaped_mut(&mut self.buffers.dy, self.dims)
    }

    /// # Panics
    /// If the gradient is not that of an output of these sizes.
    #[track_caller]
    pub(crate) fn check(&self, output: Dims) {
        assert_eq!(self.dims, output, "an output and its gradient differ in shape");
    }
}

fn shaped_mut(buffer: &mut [f32], dims: Dims) -> ViewMut<'_> {
    ViewMut::from_shape(dims, &mut buffer[..len(dims)]).expect("at most the largest activation")
}

fn len((n, h, w, c): Dims) -> usize {
    n * h * w * c
}
