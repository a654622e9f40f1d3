use dcgan_random::{Purpose, RngExt, below, stream};
use dcgan_tensor::pixel;
use ndarray::ArrayViewMut4;
use rayon::prelude::*;

use crate::{Images, Shape};

/// Which images each step is trained on.
///
/// Every epoch uses every image once, in a new order. Batches continue across the end of an epoch, so
/// that none is shorter and no image is left out; a set smaller than a batch is repeated within it.
/// The batch is a function of (seed, step): a run that resumes at a step needs no other state.
#[derive(Clone, Debug)]
pub struct Batches {
    seed: u64,
    /// The order of `epoch`.
    order: Vec<u32>,
    epoch: Option<u64>,
    /// Indices of the images of the current batch.
    selected: Vec<u32>,
    /// Which of them are mirrored; empty if none ever is.
    mirrored: Vec<bool>,
}

impl Batches {
    /// For `images` images, `batch` of them in a step.
    ///
    /// # Panics
    /// If either is zero or there are more than 2³² images.
    pub fn new(images: usize, batch: usize, seed: u64) -> Self {
        assert!(images > 0 && batch > 0, "{images} images in batches of {batch}");
        let last = u32::try_from(images - 1).expect("at most 2³² images");
        let (order, selected) = ((0..=last).collect(), vec![0; batch]);
        Self { seed, order, epoch: None, selected, mirrored: Vec::new() }
    }

    /// Mirrors each image, left to right, with a probability of one half.
    #[must_use]
    pub fn with_flips(self, flips: bool) -> Self {
        let batch = if flips { self.selected.len() } else { 0 };
        Self { mirrored: vec![false; batch], ..self }
    }

    /// Writes the images of a step, counted from 0, into `x` (batch, side, side, channels), scaled to
    /// [−1, 1] by [`pixel::from_byte`]. Allocates nothing.
    ///
    /// # Panics
    /// If `x` or `images` do not have the sizes given to [`new`](Self::new).
    pub fn fill_batch(&mut self, step: u64, images: &Images, mut x: ArrayViewMut4<f32>) {
        assert_eq!(images.len(), self.order.len(), "the number of images has changed");
        assert_eq!(x.dim().0, self.selected.len(), "the batch size has changed");
        self.select(step);
        let (shape, mirrored) = (images.shape(), &self.mirrored);
        let x = x.as_slice_mut().expect("a batch is contiguous");
        let each = x.par_chunks_exact_mut(shape.len()).zip(&self.selected).enumerate();
        each.for_each(|(k, (x, &i))| {
            for (x, &byte) in x.iter_mut().zip(images.get(i as usize)) {
                *x = pixel::from_byte(byte);
            }
            images.release(i as usize);
            if mirrored.get(k) == Some(&true) {
                mirror(x, shape);
            }
        });
    }

    /// Sets `selected` to the images of a step.
    fn select(&mut self, step: u64) {
        let (n, batch) = (self.order.len() as u64, self.selected.len());
        for k in 0..batch {
            let position = step * batch as u64 + k as u64;
            self.shuffle(position / n);
            self.selected[k] = self.order[(position % n) as usize];
        }
        let mut draws = stream(self.seed, Purpose::Flip, step);
        self.mirrored.fill_with(|| draws.random());
    }

    /// Sets `order` to that of `epoch` by a Fisher-Yates shuffle, which makes all orders equally
    /// likely.
    fn shuffle(&mut self, epoch: u64) {
        if self.epoch == Some(epoch) {
            return;
        }
        self.epoch = Some(epoch);
        for (i, place) in self.order.iter_mut().enumerate() {
            *place = i as u32;
        }
        let mut draws = stream(self.seed, Purpose::Shuffle, epoch);
        for i in (1..self.order.len()).rev() {
            self.order.swap(i, below(&mut draws, i as u64 + 1) as usize);
        }
    }

    /// Steps until every image has been used `epochs` times.
    pub fn steps_for(&self, epochs: u64) -> u64 {
        epochs.saturating_mul(self.order.len() as u64).div_ceil(self.selected.len() as u64)
    }

    /// Whole epochs in `steps` steps.
    pub fn epoch(&self, steps: u64) -> u64 {
        steps.saturating_mul(self.selected.len() as u64) / self.order.len() as u64
    }
}

/// Mirrors an image (h, w, c) left to right.
fn mirror(image: &mut [f32], Shape { side, channels }: Shape) {
    for row in image.chunks_exact_mut(side * channels) {
        for x in 0..side / 2 {
            let (left, right) = row.split_at_mut((side - 1 - x) * channels);
            left[x * channels..][..channels].swap_with_slice(&mut right[..channels]);
        }
    }
}
