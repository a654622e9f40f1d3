//! From what each picture of a batch came to, a row of values for each, to what the batch does: sums down
//! the columns, in double precision and in the order of the pictures.

use super::strips::{self, Sweep};

/// mean and var ← those of a batch, from its pictures' means and then sums of squared distances from
/// them, over so many pixels each.
pub(super) struct BatchMoments<'a> {
    pub(super) pictures: &'a [f32],
    pub(super) pixels: usize,
    pub(super) mean: &'a mut [f32],
    pub(super) var: &'a mut [f32],
}

impl Sweep for BatchMoments<'_> {
    fn channels(&self) -> usize {
        self.mean.len()
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, _: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let pictures = (self.pictures.len() / (2 * c)) as f64;
        let pixels = pictures * self.pixels as f64;
        // Around the first picture's mean, which is as near as any.
        let middle = strips::of::<N>(self.pictures, first);
        let (mut apart, mut squares, mut spread) = ([0.0; N], [0.0; N], [0.0; N]);
        for picture in self.pictures.chunks_exact(2 * c) {
            let (mean, own) =
                (strips::of::<N>(picture, first), strips::of::<N>(picture, c + first));
            for i in 0..N {
                let distance = f64::from(mean[i]) - f64::from(middle[i]);
                apart[i] += distance;
                squares[i] += distance * distance;
                spread[i] += f64::from(own[i]);
            }
        }
        let mean = strips::of_mut::<N>(self.mean, first);
        let var = strips::of_mut::<N>(self.var, first);
        for i in 0..N {
            let apart = apart[i] / pictures;
            mean[i] = (f64::from(middle[i]) + apart) as f32;
            var[i] = (squares[i] / pictures - apart * apart + spread[i] / pixels) as f32;
        }
    }
}

/// sum ← Σ over the rows, each as long as it.
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
            let row = strips::of::<N>(row, first);
            for i in 0..N {
                sum[i] += f64::from(row[i]);
            }
        }
        let to = strips::of_mut::<N>(self.sum, first);
        for i in 0..N {
            to[i] = sum[i] as f32;
        }
    }
}
