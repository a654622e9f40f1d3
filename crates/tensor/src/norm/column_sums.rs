//! Sums over the images of a batch, given one row of values for each: column sums in double precision, in
//! the order of the images.

use crate::strips::{self, Sweep};

/// mean and var ← those of a batch, from the partial statistics of its images (means, then sums of squared
/// deviations), over `pixels` pixels each.
pub(super) struct BatchStats<'a> {
    pub(super) images: &'a [f32],
    pub(super) pixels: usize,
    pub(super) mean: &'a mut [f32],
    pub(super) var: &'a mut [f32],
}

impl Sweep for BatchStats<'_> {
    fn channels(&self) -> usize {
        self.mean.len()
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, _: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let images = (self.images.len() / (2 * c)) as f64;
        let pixels = images * self.pixels as f64;
        // Deviations from the first image's mean, which is as close as any.
        let origin = strips::strip::<N>(self.images, first);
        let (mut sum, mut squares, mut within) = ([0.0; N], [0.0; N], [0.0; N]);
        for image in self.images.chunks_exact(2 * c) {
            let (mean, own) =
                (strips::strip::<N>(image, first), strips::strip::<N>(image, c + first));
            for i in 0..N {
                let deviation = f64::from(mean[i]) - f64::from(origin[i]);
                sum[i] += deviation;
                squares[i] += deviation * deviation;
                within[i] += f64::from(own[i]);
            }
        }
        let mean = strips::strip_mut::<N>(self.mean, first);
        let var = strips::strip_mut::<N>(self.var, first);
        for i in 0..N {
            let offset = sum[i] / images;
            mean[i] = (f64::from(origin[i]) + offset) as f32;
            var[i] = (squares[i] / images - offset * offset + within[i] / pixels) as f32;
        }
    }
}

/// sum ← Σ over the rows, each as long as `sum`.
pub(super) struct RowSum<'a> {
    pub(super) rows: &'a [f32],
    pub(super) sum: &'a mut [f32],
}

impl Sweep for RowSum<'_> {
    fn channels(&self) -> usize {
        self.sum.len()
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, _: &impl Fn(f32) -> f32) {
        let mut sum = [0.0; N];
        for row in self.rows.chunks_exact(self.channels()) {
            let row = strips::strip::<N>(row, first);
            for i in 0..N {
                sum[i] += f64::from(row[i]);
            }
        }
        let to = strips::strip_mut::<N>(self.sum, first);
        for i in 0..N {
            to[i] = sum[i] as f32;
        }
    }
}
