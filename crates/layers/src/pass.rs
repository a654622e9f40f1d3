use dcgan_tensor::{Dims, View, ViewMut};
use ndarray::Array4;

use crate::{Layer, Point};

/// One forward run of a network and the memory for its way back: all activations, what layers
/// saved, and two gradients that take turns. Made once, used for every step.
#[derive(Debug)]
pub struct Pass {
    /// The input, then the output of each layer.
    acts: Vec<Array4<f32>>,
    /// What each layer saved.
    saved: Vec<Box<[f32]>>,
    /// dL/dy of the layer at hand, in its first floats.
    pub(crate) dy: Vec<f32>,
    /// dL/dx of the layer at hand, in its first floats.
    pub(crate) dx: Vec<f32>,
}

impl Pass {
    /// The memory for `layers` in a row from an input of sizes `input`.
    pub(crate) fn new<'a>(input: Dims, layers: impl Iterator<Item = &'a dyn Layer>) -> Self {
        let (mut acts, mut saved) = (vec![Array4::zeros(input)], Vec::new());
        let mut dims = input;
        for layer in layers {
            dims = layer.output(dims);
            acts.push(Array4::zeros(dims));
            saved.push(vec![0.0; layer.saved()].into_boxed_slice());
        }
        let largest = acts.iter().map(Array4::len).max().unwrap_or(0);
        Self { acts, saved, dy: vec![0.0; largest], dx: vec![0.0; largest] }
    }

    /// Where the caller writes what the network is to see: (batch, h, w, c).
    pub fn input(&mut self) -> ViewMut<'_> {
        self.acts[0].view_mut()
    }

    /// What the last layer gave: (batch, h, w, c).
    pub fn output(&self) -> View<'_> {
        self.acts[self.acts.len() - 1].view()
    }

    /// The output, and the place for dL/d(output), from which backward starts.
    pub fn head(&mut self) -> (View<'_>, ViewMut<'_>) {
        let last = &self.acts[self.acts.len() - 1];
        (last.view(), shaped(&mut self.dy, last.dim()))
    }

    /// The output of layer `i`.
    pub fn activation(&self, i: usize) -> View<'_> {
        self.acts[i + 1].view()
    }

    /// Where layer `i` is to be differentiated.
    pub(crate) fn point(&self, i: usize) -> Point<'_> {
        Point { x: self.acts[i].view(), y: self.acts[i + 1].view(), saved: &self.saved[i] }
    }

    /// The same, with the two gradients of layer `i` to write.
    pub(crate) fn point_and_grads(&mut self, i: usize) -> (Point<'_>, ViewMut<'_>, ViewMut<'_>) {
        let (x, y) = (&self.acts[i], &self.acts[i + 1]);
        let (dy, dx) = (shaped(&mut self.dy, y.dim()), shaped(&mut self.dx, x.dim()));
        (Point { x: x.view(), y: y.view(), saved: &self.saved[i] }, dy, dx)
    }

    /// Layer `i`'s input to read, and its output and saved floats to write.
    pub(crate) fn io(&mut self, i: usize) -> (View<'_>, ViewMut<'_>, &mut [f32]) {
        let (before, after) = self.acts.split_at_mut(i + 1);
        (before[i].view(), after[0].view_mut(), &mut self.saved[i])
    }

    /// dL/d(input), after a run back to it.
    pub(crate) fn input_gradient(&self) -> View<'_> {
        let dims = self.acts[0].dim();
        View::from_shape(dims, &self.dy[..self.acts[0].len()]).expect("as large as the largest")
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let acts: usize = self.acts.iter().map(Array4::len).sum();
        let saved: usize = self.saved.iter().map(|saved| saved.len()).sum();
        (acts + saved + self.dy.len() + self.dx.len()) * size_of::<f32>()
    }
}

fn shaped(buffer: &mut [f32], dims: Dims) -> ViewMut<'_> {
    let len = dims.0 * dims.1 * dims.2 * dims.3;
    ViewMut::from_shape(dims, &mut buffer[..len]).expect("as large as the largest")
}
