use dcgan_random::{RngExt, Stream, below};

/// Chance, in the words that drawing needs.
pub(super) struct Draws(pub(super) Stream);

impl Draws {
    /// A number between the two.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.0.random::<f32>()
    }

    /// Yes, so often.
    pub(super) fn chance(&mut self, probability: f32) -> bool {
        self.0.random::<f32>() < probability
    }

    /// One of them.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[below(&mut self.0, from.len() as u64) as usize]
    }
}
