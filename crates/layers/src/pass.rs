use std::ops::Range;

use dcgan_tensor::{AlignedBuffer, Dims, Input, Output, View, ViewMut};
use ndarray::{Axis, Slice};

use crate::{Layer, Point, WayBack};

/// AlignedBuffer of a cache line: where a batch of activations begins, one does.
const LINE: usize = 16;

/// One forward run of a network: all activations, and what layers saved. Made once, used for every step.
///
/// A run is over one batch, or over several batches side by side, its *parts*: each is normalised on
/// its own, as if it ran alone, and what a layer makes of its weights is made once for all.
#[derive(Debug)]
pub struct Pass {
    /// The input, then the output of each layer.
    acts: AlignedBuffer,
    /// Where each of these lies.
    slots: Vec<Slot>,
    /// The moments of the pictures of each of these that a layer starts from.
    moments: Vec<Option<Box<[f32]>>>,
    /// What each layer saved, part by part.
    saved: Vec<Box<[f32]>>,
    parts: usize,
}

/// Where a batch of activations begins, and its sizes.
#[derive(Clone, Copy, Debug)]
struct Slot {
    start: usize,
    dims: Dims,
}

impl Slot {
    fn len(self) -> usize {
        let (n, h, w, c) = self.dims;
        n * h * w * c
    }

    fn view(self, acts: &[f32]) -> View<'_> {
        View::from_shape(self.dims, &acts[self.start..][..self.len()]).expect("of this length")
    }

    fn view_mut(self, acts: &mut [f32]) -> ViewMut<'_> {
        let acts = &mut acts[self.start..][..self.len()];
        ViewMut::from_shape(self.dims, acts).expect("of this length")
    }
}

impl Pass {
    /// The memory for `layers` in a row from an input of sizes `input`, of so many parts.
    pub(crate) fn new<'a>(
        input: Dims,
        parts: usize,
        layers: impl Iterator<Item = &'a dyn Layer>,
    ) -> Self {
        let mut slot = Slot { start: 0, dims: input };
        let (mut slots, mut moments, mut saved) = (vec![slot], vec![], vec![]);
        for layer in layers {
            // The input comes from outside, as it is.
            let gathered = layer.wants_moments() && slots.len() > 1;
            let floats = 2 * slot.dims.0 * slot.dims.3;
            moments.push(gathered.then(|| vec![0.0; floats].into_boxed_slice()));
            saved.push(vec![0.0; parts * layer.saved()].into_boxed_slice());
            let start = slot.start + slot.len().next_multiple_of(LINE);
            slot = Slot { start, dims: layer.output(slot.dims) };
            slots.push(slot);
        }
        moments.push(None);
        let acts = AlignedBuffer::zeros(slot.start + slot.len());
        Self { acts, slots, moments, saved, parts }
    }

    /// Where the caller writes what the network is to see: (parts · batch, h, w, c).
    pub fn input(&mut self) -> ViewMut<'_> {
        self.slots[0].view_mut(&mut self.acts)
    }

    /// The input of one part: (batch, h, w, c).
    pub fn input_of(&mut self, part: usize) -> ViewMut<'_> {
        let pictures = self.pictures(part..part + 1);
        self.input().slice_axis_move(Axis(0), pictures)
    }

    /// What the last layer gave: (parts · batch, h, w, c).
    pub fn output(&self) -> View<'_> {
        self.act(self.slots.len() - 1)
    }

    /// What the last layer gave for one part: (batch, h, w, c).
    pub fn output_of(&self, part: usize) -> View<'_> {
        self.output().slice_axis_move(Axis(0), self.pictures(part..part + 1))
    }

    /// The output, and the place for dL/d(output), from which the way back over all parts starts.
    pub fn head<'a>(&'a self, back: &'a mut WayBack) -> (View<'a>, ViewMut<'a>) {
        let output = self.output();
        let dims = output.dim();
        (output, back.dy(dims))
    }

    /// One part of the output, and the place for dL/d(that), from which the way back over this part
    /// alone starts.
    pub fn head_of<'a>(&'a self, part: usize, back: &'a mut WayBack) -> (View<'a>, ViewMut<'a>) {
        let output = self.output_of(part);
        let dims = output.dim();
        (output, back.dy(dims))
    }

    /// Parts of the run.
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// Pictures in a part.
    fn batch(&self) -> usize {
        self.slots[0].dims.0 / self.parts
    }

    /// The pictures of these parts.
    fn pictures(&self, parts: Range<usize>) -> Slice {
        Slice::from(parts.start * self.batch()..parts.end * self.batch())
    }

    /// The input, or the output of the layer before.
    fn act(&self, i: usize) -> View<'_> {
        self.slots[i].view(&self.acts)
    }

    /// The output of layer `i`.
    pub fn activation(&self, i: usize) -> View<'_> {
        self.act(i + 1)
    }

    /// Where layer `i` is to be differentiated, of these parts.
    pub(crate) fn point(&self, i: usize, parts: Range<usize>) -> Point<'_> {
        let pictures = self.pictures(parts.clone());
        let saved = &self.saved[i];
        let own = saved.len() / self.parts;
        Point {
            x: self.act(i).slice_axis_move(Axis(0), pictures),
            y: self.act(i + 1).slice_axis_move(Axis(0), pictures),
            saved: &saved[parts.start * own..parts.end * own],
        }
    }

    /// Layer `i`'s input to read, and its output and saved floats to write.
    pub(crate) fn io(&mut self, i: usize) -> (Input<'_>, Output<'_>, &mut [f32]) {
        let (x, y) = (self.slots[i], self.slots[i + 1]);
        let (before, after) = self.acts.split_at_mut(y.start);
        let (known, asked) = self.moments.split_at_mut(i + 1);
        let x = Input { images: x.view(before), image_stats: known[i].as_deref() };
        let y = Slot { start: 0, ..y }.view_mut(after);
        let y = Output { images: y, image_stats: asked[0].as_deref_mut() };
        (x, y, &mut self.saved[i])
    }

    /// Sizes of the input of one part.
    pub(crate) fn input_dims(&self) -> Dims {
        let (_, h, w, c) = self.slots[0].dims;
        (self.batch(), h, w, c)
    }

    /// AlignedBuffer of the largest batch of activations.
    pub(crate) fn largest(&self) -> usize {
        self.slots.iter().map(|slot| slot.len()).max().unwrap_or(0)
    }
}
