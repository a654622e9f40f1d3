/// How often each of the 256 brightnesses of a channel occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    counts: [u64; 256],
}

impl Histogram {
    /// Of no pixel yet.
    pub(crate) fn new() -> Self {
        Self { counts: [0; 256] }
    }

    /// Of each channel of pictures (…, c) in bytes.
    ///
    /// # Panics
    /// If there is no channel.
    pub fn of_channels(bytes: &[u8], channels: usize) -> Vec<Self> {
        let mut all = vec![Self::new(); channels];
        for pixel in bytes.chunks_exact(channels) {
            for (histogram, &byte) in all.iter_mut().zip(pixel) {
                histogram.counts[usize::from(byte)] += 1;
            }
        }
        all
    }

    /// The two together.
    pub(crate) fn merged(mut self, other: &Self) -> Self {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self
    }

    /// Pixels of each brightness.
    pub fn counts(&self) -> &[u64; 256] {
        &self.counts
    }

    /// Pixels.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Their mean brightness, 0 to 255; NaN of none.
    pub fn mean(&self) -> f64 {
        self.mean_of(|brightness| brightness)
    }

    /// Their standard deviation; NaN of none.
    pub fn deviation(&self) -> f64 {
        let mean = self.mean();
        self.mean_of(|brightness| (brightness - mean).powi(2)).sqrt()
    }

    fn mean_of(&self, f: impl Fn(f64) -> f64) -> f64 {
        let sum: f64 = self.counts.iter().enumerate().map(|(b, n)| f(b as f64) * *n as f64).sum();
        sum / self.total() as f64
    }
}
