use dcgan_random::{Purpose, below, stream};
use ndarray::ArrayViewMut4;
use rayon::prelude::*;

use crate::Pictures;

/// Which pictures a step shows.
///
/// Every epoch shows every picture once, in an order of its own. Batches run on across the end of
/// an epoch, so that none is cut short and none is left out, and a set smaller than a batch is
/// shown several times in it. The batch is a function of (seed, step): a run that is resumed at a
/// step needs to remember nothing else.
#[derive(Clone, Debug)]
pub struct Batches {
    seed: u64,
    /// The order of `epoch`.
    order: Vec<u32>,
    epoch: Option<u64>,
    /// Indices of the pictures of a batch.
    chosen: Vec<u32>,
}

impl Batches {
    /// For `pictures` pictures, `batch` in a step.
    ///
    /// # Panics
    /// If either is zero or there are more than 2³² pictures.
    pub fn new(pictures: usize, batch: usize, seed: u64) -> Self {
        assert!(pictures > 0 && batch > 0, "{pictures} pictures in batches of {batch}");
        let last = u32::try_from(pictures - 1).expect("at most 2³² pictures");
        Self { seed, order: (0..=last).collect(), epoch: None, chosen: vec![0; batch] }
    }

    /// Writes the pictures of a step, counted from 0, into `x` (batch, side, side, channels), byte b
    /// as b/127.5 − 1. Allocates nothing.
    ///
    /// # Panics
    /// If `x` or `pictures` are not of the sizes that were announced.
    pub fn fill(&mut self, step: u64, pictures: &Pictures, mut x: ArrayViewMut4<f32>) {
        assert_eq!(pictures.len(), self.order.len(), "the pictures are others");
        assert_eq!(x.dim().0, self.chosen.len(), "the batch has another size");
        self.choose(step);
        let x = x.as_slice_mut().expect("a batch is contiguous");
        x.par_chunks_exact_mut(pictures.shape().len()).zip(&self.chosen).for_each(|(x, &i)| {
            for (x, &byte) in x.iter_mut().zip(pictures.get(i as usize)) {
                *x = f32::from(byte) / 127.5 - 1.0;
            }
            pictures.let_go(i as usize);
        });
    }

    /// The indices of the pictures of a step.
    fn choose(&mut self, step: u64) {
        let (n, batch) = (self.order.len() as u64, self.chosen.len());
        for k in 0..batch {
            let shown = step * batch as u64 + k as u64;
            self.shuffle(shown / n);
            self.chosen[k] = self.order[(shown % n) as usize];
        }
    }

    /// Makes `order` that of `epoch`: the shuffle of Fisher and Yates, which gives each order the
    /// same chance.
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

    /// Steps until every picture has been shown `epochs` times.
    pub fn steps_for(&self, epochs: u64) -> u64 {
        epochs.saturating_mul(self.order.len() as u64).div_ceil(self.chosen.len() as u64)
    }

    /// Whole epochs that `steps` steps have shown.
    pub fn epoch(&self, steps: u64) -> u64 {
        steps.saturating_mul(self.chosen.len() as u64) / self.order.len() as u64
    }
}
