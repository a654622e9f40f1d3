use crate::strips::{self, Sweep};

/// Partial statistics of one image: the first half of `stats` ← Σx/m, the second ← Σ(x − mean)², over the
/// m pixels of each channel.
pub(crate) struct ImageStats<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) stats: &'a mut [f32],
}

impl Sweep for ImageStats<'_> {
    fn channels(&self) -> usize {
        self.stats.len() / 2
    }

    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, _: &impl Fn(f32) -> f32) {
        let c = self.channels();
        let pixels = (self.x.len() / c) as f32;
        let (mut mean, mut squares) = ([0.0; N], [0.0; N]);
        for x in self.x.chunks_exact(c) {
            let x = strips::strip::<N>(x, first);
            for i in 0..N {
                mean[i] += x[i];
            }
        }
        for mean in &mut mean {
            *mean /= pixels;
        }
        for x in self.x.chunks_exact(c) {
            let x = strips::strip::<N>(x, first);
            for i in 0..N {
                squares[i] += (x[i] - mean[i]) * (x[i] - mean[i]);
            }
        }
        *strips::strip_mut(self.stats, first) = mean;
        *strips::strip_mut(self.stats, c + first) = squares;
    }
}
