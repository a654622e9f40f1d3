use dcgan_tensor::{AlignedBuffer, Dims, View, ViewMut};

use crate::Pass;

/// The memory for ways back: dL/dy and dL/dx of the layer at hand, which take turns.
///
/// One serves all runs that go back one after the other. What a way back leaves in it, dL/d(input), is
/// where the way back through the run that made this input starts.
#[derive(Debug)]
pub struct WayBack {
    /// dL/dy, in its first floats.
    dy: AlignedBuffer,
    /// dL/dx, in its first floats.
    dx: AlignedBuffer,
}

impl WayBack {
    /// The memory for ways back through these runs.
    pub fn through<'a>(runs: impl IntoIterator<Item = &'a Pass>) -> Self {
        let largest = runs.into_iter().map(Pass::largest).max().unwrap_or(0);
        Self { dy: AlignedBuffer::zeros(largest), dx: AlignedBuffer::zeros(largest) }
    }

    /// dL/dy where y has these sizes.
    pub(crate) fn dy(&mut self, dims: Dims) -> ViewMut<'_> {
        shaped(&mut self.dy, dims)
    }

    /// Both gradients, of a layer from x to y of these sizes.
    pub(crate) fn both(&mut self, y: Dims, x: Dims) -> (ViewMut<'_>, ViewMut<'_>) {
        (shaped(&mut self.dy, y), shaped(&mut self.dx, x))
    }

    /// What was dL/dx is dL/dy of the layer before.
    pub(crate) fn turn(&mut self) {
        std::mem::swap(&mut self.dy, &mut self.dx);
    }

    /// What a way back has come to: dL/d(input), of these sizes.
    pub(crate) fn end(&self, dims: Dims) -> View<'_> {
        View::from_shape(dims, &self.dy[..len(dims)]).expect("as large as the largest")
    }
}

fn shaped(buffer: &mut [f32], dims: Dims) -> ViewMut<'_> {
    ViewMut::from_shape(dims, &mut buffer[..len(dims)]).expect("as large as the largest")
}

fn len((n, h, w, c): Dims) -> usize {
    n * h * w * c
}
