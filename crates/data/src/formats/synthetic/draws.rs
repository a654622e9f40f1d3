use dcgan_random::{RngExt, Stream, below};

/// Random choices, in the terms that painting needs.
pub(super) struct Draws(pub(super) Stream);

impl Draws {
    /// Uniform in [low, high).
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.0.random::<f32>()
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f32) -> bool {
        self.0.random::<f32>() < probability
    }

    /// An element, all equally likely.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[below(&mut self.0, from.len() as u64) as usize]
    }
}
