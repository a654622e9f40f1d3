/// The number of pixels at each of the 256 levels of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    counts: [u64; 256],
}

impl Histogram {
    /// Without any pixel.
    pub(crate) fn new() -> Self {
        Self { counts: [0; 256] }
    }

    /// One for each channel of images (…, c) in bytes.
    ///
    /// # Panics
    /// If `channels` is 0.
    pub fn from_channels(bytes: &[u8], channels: usize) -> Vec<Self> {
        let mut all = vec![Self::new(); channels];
        for pixel in bytes.chunks_exact(channels) {
            for (histogram, &byte) in all.iter_mut().zip(pixel) {
                histogram.counts[usize::from(byte)] += 1;
            }
        }
        all
    }

    /// The sum of two histograms.
    pub(crate) fn merged(mut self, other: &Self) -> Self {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self
    }

    /// Pixels at each level.
    pub fn counts(&self) -> &[u64; 256] {
        &self.counts
    }

    /// The number of pixels.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The mean level, 0 to 255; NaN without pixels.
    pub fn mean(&self) -> f64 {
        self.mean_of(|level| level)
    }

    /// The standard deviation of the levels; NaN without pixels.
    pub fn deviation(&self) -> f64 {
        let mean = self.mean();
        self.mean_of(|level| (level - mean).powi(2)).sqrt()
    }

    fn mean_of(&self, f: impl Fn(f64) -> f64) -> f64 {
        let sum: f64 = self.counts.iter().enumerate().map(|(b, n)| f(b as f64) * *n as f64).sum();
        sum / self.total() as f64
    }
}
