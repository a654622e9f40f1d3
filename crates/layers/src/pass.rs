use std::ops::Range;

use dcgan_tensor::{Dims, Input, Output, View, ViewMut};
use ndarray::{Array4, Axis, Slice};

use crate::{Layer, Point};

/// One forward run of a network and the memory for its way back: all activations, what layers
/// saved, and two gradients that take turns. Made once, used for every step.
///
/// A run is over one batch, or over several batches side by side, its *parts*: each is normalised on
/// its own, as if it ran alone, and what a layer makes of its weights is made once for all.
#[derive(Debug)]
pub struct Pass {
    /// The input, then the output of each layer.
    acts: Vec<Array4<f32>>,
    /// The moments of the pictures of each of these that a layer starts from.
    moments: Vec<Option<Box<[f32]>>>,
    /// What each layer saved, part by part.
    saved: Vec<Box<[f32]>>,
    parts: usize,
    /// dL/dy of the layer at hand, in its first floats.
    pub(crate) dy: Vec<f32>,
    /// dL/dx of the layer at hand, in its first floats.
    pub(crate) dx: Vec<f32>,
}

impl Pass {
    /// The memory for `layers` in a row from an input of sizes `input`, of so many parts.
    pub(crate) fn new<'a>(
        input: Dims,
        parts: usize,
        layers: impl Iterator<Item = &'a dyn Layer>,
    ) -> Self {
        let (mut acts, mut moments, mut saved) = (vec![], vec![], vec![]);
        let mut dims = input;
        for layer in layers {
            // The input comes from outside, as it is.
            let gathered = layer.wants_moments() && !acts.is_empty();
            moments.push(gathered.then(|| vec![0.0; 2 * dims.0 * dims.3].into_boxed_slice()));
            acts.push(Array4::zeros(dims));
            saved.push(vec![0.0; parts * layer.saved()].into_boxed_slice());
            dims = layer.output(dims);
        }
        acts.push(Array4::zeros(dims));
        moments.push(None);
        let largest = acts.iter().map(Array4::len).max().unwrap_or(0);
        let (dy, dx) = (vec![0.0; largest], vec![0.0; largest]);
        Self { acts, moments, saved, parts, dy, dx }
    }

    /// Where the caller writes what the network is to see: (parts · batch, h, w, c).
    pub fn input(&mut self) -> ViewMut<'_> {
        self.acts[0].view_mut()
    }

    /// The input of one part: (batch, h, w, c).
    pub fn input_of(&mut self, part: usize) -> ViewMut<'_> {
        let batch = self.batch();
        self.acts[0].slice_axis_mut(Axis(0), Slice::from(part * batch..(part + 1) * batch))
    }

    /// What the last layer gave: (parts · batch, h, w, c).
    pub fn output(&self) -> View<'_> {
        self.acts[self.acts.len() - 1].view()
    }

    /// What the last layer gave for one part: (batch, h, w, c).
    pub fn output_of(&self, part: usize) -> View<'_> {
        self.of(&self.acts[self.acts.len() - 1], part..part + 1)
    }

    /// The output, and the place for dL/d(output), from which the way back over all parts starts.
    pub fn head(&mut self) -> (View<'_>, ViewMut<'_>) {
        let last = &self.acts[self.acts.len() - 1];
        (last.view(), shaped(&mut self.dy, last.dim()))
    }

    /// One part of the output, and the place for dL/d(that), from which the way back over this part
    /// alone starts.
    pub fn head_of(&mut self, part: usize) -> (View<'_>, ViewMut<'_>) {
        let (point, dy, _) = self.point_and_grads(self.saved.len() - 1, part..part + 1);
        (point.y, dy)
    }

    /// Parts of the run.
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// Pictures in a part.
    fn batch(&self) -> usize {
        self.acts[0].dim().0 / self.parts
    }

    /// What belongs to these parts.
    fn of<'a>(&self, acts: &'a Array4<f32>, parts: Range<usize>) -> View<'a> {
        let batch = self.batch();
        acts.slice_axis(Axis(0), Slice::from(parts.start * batch..parts.end * batch))
    }

    /// The output of layer `i`.
    pub fn activation(&self, i: usize) -> View<'_> {
        self.acts[i + 1].view()
    }

    /// Where layer `i` is to be differentiated.
    pub(crate) fn point(&self, i: usize) -> Point<'_> {
        Point { x: self.acts[i].view(), y: self.acts[i + 1].view(), saved: &self.saved[i] }
    }

    /// The same of these parts, with the two gradients of layer `i` to write.
    pub(crate) fn point_and_grads(
        &mut self,
        i: usize,
        parts: Range<usize>,
    ) -> (Point<'_>, ViewMut<'_>, ViewMut<'_>) {
        let rows = parts.start * self.batch()..parts.end * self.batch();
        let (x, y, saved) = (&self.acts[i], &self.acts[i + 1], &self.saved[i]);
        let own = saved.len() / self.parts;
        let point = Point {
            x: x.slice_axis(Axis(0), Slice::from(rows.clone())),
            y: y.slice_axis(Axis(0), Slice::from(rows)),
            saved: &saved[parts.start * own..parts.end * own],
        };
        let (dy, dx) = (point.y.dim(), point.x.dim());
        (point, shaped(&mut self.dy, dy), shaped(&mut self.dx, dx))
    }

    /// Layer `i`'s input to read, and its output and saved floats to write.
    pub(crate) fn io(&mut self, i: usize) -> (Input<'_>, Output<'_>, &mut [f32]) {
        let (before, after) = self.acts.split_at_mut(i + 1);
        let (known, asked) = self.moments.split_at_mut(i + 1);
        let x = Input { pictures: before[i].view(), moments: known[i].as_deref() };
        let y = Output { pictures: after[0].view_mut(), moments: asked[0].as_deref_mut() };
        (x, y, &mut self.saved[i])
    }

    /// dL/d(input) of one part, after a way back to it.
    pub(crate) fn input_gradient(&self) -> View<'_> {
        let (n, h, w, c) = self.acts[0].dim();
        let (n, len) = (n / self.parts, self.acts[0].len() / self.parts);
        View::from_shape((n, h, w, c), &self.dy[..len]).expect("as large as the largest")
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let acts: usize = self.acts.iter().map(Array4::len).sum();
        let moments: usize = self.moments.iter().flatten().map(|moments| moments.len()).sum();
        let saved: usize = self.saved.iter().map(|saved| saved.len()).sum();
        (acts + moments + saved + self.dy.len() + self.dx.len()) * size_of::<f32>()
    }
}

fn shaped(buffer: &mut [f32], dims: Dims) -> ViewMut<'_> {
    let len = dims.0 * dims.1 * dims.2 * dims.3;
    ViewMut::from_shape(dims, &mut buffer[..len]).expect("as large as the largest")
}
