use std::ops::Range;

use dcgan_tensor::{AlignedBuffer, Dims, Input, Output, View, ViewMut};
use ndarray::{Axis, Slice};

use crate::{Layer, Saved};

/// Floats in a cache line. Each batch of activations starts at a cache line.
const LINE: usize = 16;

/// The activations of one forward pass, and whatever else its layers saved for the backward pass.
/// Allocated once and reused for every step.
///
/// A pass runs over one batch, or over several batches side by side, its *parts*: each part is
/// normalised by its own statistics, as if it ran alone, while work on the weights is shared.
#[derive(Debug)]
pub struct Activations {
    /// The input, then the output of each layer.
    floats: AlignedBuffer,
    /// Where each of these lies.
    slots: Vec<Slot>,
    /// Per-image statistics of those that the next layer starts from.
    image_stats: Vec<Option<Box<[f32]>>>,
    /// [`Saved::extra`] of each layer, part by part.
    extra: Vec<Box<[f32]>>,
    parts: usize,
}

/// Where a batch of activations starts, and its sizes.
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

    fn view(self, floats: &[f32]) -> View<'_> {
        View::from_shape(self.dims, &floats[self.start..][..self.len()]).expect("of this length")
    }

    fn view_mut(self, floats: &mut [f32]) -> ViewMut<'_> {
        let floats = &mut floats[self.start..][..self.len()];
        ViewMut::from_shape(self.dims, floats).expect("of this length")
    }
}

impl Activations {
    /// Memory for a chain of layers from an input of sizes `input` in this many parts.
    pub(crate) fn new<'a>(
        input: Dims,
        parts: usize,
        layers: impl Iterator<Item = &'a dyn Layer>,
    ) -> Self {
        let mut slot = Slot { start: 0, dims: input };
        let (mut slots, mut image_stats, mut extra) = (vec![slot], vec![], vec![]);
        for layer in layers {
            // Nobody gathers statistics of the network's own input.
            let gathered = layer.wants_image_stats() && slots.len() > 1;
            let floats = 2 * slot.dims.0 * slot.dims.3;
            image_stats.push(gathered.then(|| vec![0.0; floats].into_boxed_slice()));
            extra.push(vec![0.0; parts * layer.extra_len()].into_boxed_slice());
            let start = slot.start + slot.len().next_multiple_of(LINE);
            slot = Slot { start, dims: layer.output(slot.dims) };
            slots.push(slot);
        }
        image_stats.push(None);
        let floats = AlignedBuffer::zeros(slot.start + slot.len());
        Self { floats, slots, image_stats, extra, parts }
    }

    /// The input, to be written by the caller: (parts · batch, h, w, c).
    pub fn input_mut(&mut self) -> ViewMut<'_> {
        self.slots[0].view_mut(&mut self.floats)
    }

    /// The input of one part, to be written by the caller: (batch, h, w, c).
    pub fn part_input_mut(&mut self, part: usize) -> ViewMut<'_> {
        let images = self.images(part..part + 1);
        self.input_mut().slice_axis_move(Axis(0), images)
    }

    /// The input of one part: (batch, h, w, c).
    pub fn part_input(&self, part: usize) -> View<'_> {
        self.value(0).slice_axis_move(Axis(0), self.images(part..part + 1))
    }

    /// The output of the last layer: (parts · batch, h, w, c).
    pub fn output(&self) -> View<'_> {
        self.value(self.slots.len() - 1)
    }

    /// The output of the last layer for one part: (batch, h, w, c).
    pub fn part_output(&self, part: usize) -> View<'_> {
        self.output().slice_axis_move(Axis(0), self.images(part..part + 1))
    }

    /// The output of layer `i`: (parts · batch, h, w, c).
    pub fn layer_output(&self, i: usize) -> View<'_> {
        self.value(i + 1)
    }

    /// What layer `i` saved besides its input and output, part by part: for [`BatchNorm2d`](crate::BatchNorm2d)
    /// the batch's means, then its variances.
    pub fn layer_extra(&self, i: usize) -> &[f32] {
        &self.extra[i]
    }

    /// Number of parts.
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// Images in a part.
    fn batch(&self) -> usize {
        self.slots[0].dims.0 / self.parts
    }

    /// The images of these parts.
    fn images(&self, parts: Range<usize>) -> Slice {
        Slice::from(parts.start * self.batch()..parts.end * self.batch())
    }

    /// The input of layer `i`, which is the output of the layer before.
    pub(crate) fn value(&self, i: usize) -> View<'_> {
        self.slots[i].view(&self.floats)
    }

    /// What layer `i` needs to differentiate these parts.
    pub(crate) fn saved(&self, i: usize, parts: Range<usize>) -> Saved<'_> {
        let images = self.images(parts.clone());
        let extra = &self.extra[i];
        let len = extra.len() / self.parts;
        Saved {
            x: self.value(i).slice_axis_move(Axis(0), images),
            y: self.value(i + 1).slice_axis_move(Axis(0), images),
            extra: &extra[parts.start * len..parts.end * len],
        }
    }

    /// Layer `i`'s input to read, and its output and saved floats to write.
    pub(crate) fn io(&mut self, i: usize) -> (Input<'_>, Output<'_>, &mut [f32]) {
        let (x, y) = (self.slots[i], self.slots[i + 1]);
        let (before, after) = self.floats.split_at_mut(y.start);
        let (known, wanted) = self.image_stats.split_at_mut(i + 1);
        let x = Input { images: x.view(before), image_stats: known[i].as_deref() };
        let y = Slot { start: 0, ..y }.view_mut(after);
        let y = Output { images: y, image_stats: wanted[0].as_deref_mut() };
        (x, y, &mut self.extra[i])
    }

    /// The input of layer `i` and its output, both to write.
    pub(crate) fn ends_mut(&mut self, i: usize) -> (ViewMut<'_>, ViewMut<'_>) {
        let (x, y) = (self.slots[i], self.slots[i + 1]);
        let (before, after) = self.floats.split_at_mut(y.start);
        (x.view_mut(before), Slot { start: 0, ..y }.view_mut(after))
    }

    /// Sizes of the input of one part.
    pub(crate) fn part_input_dims(&self) -> Dims {
        let (_, h, w, c) = self.slots[0].dims;
        (self.batch(), h, w, c)
    }

    /// Floats in the largest batch of activations.
    pub(crate) fn largest(&self) -> usize {
        self.slots.iter().map(|slot| slot.len()).max().unwrap_or(0)
    }
}
