use dcgan_tensor::{View, ViewMut};

use super::{mean_of, sigmoid};

/// Binary cross-entropy of logits l against one target t for all of them, with its gradient.
///
/// Returns the mean of max(l, 0) − l·t + ln(1 + e^(−|l|)), which equals
/// −t·ln σ(l) − (1 − t)·ln(1 − σ(l)) in a form that never overflows, and writes (σ(l) − t)/n, the
/// gradient of that mean, to `dlogits`.
///
/// # Panics
/// If the shapes differ.
pub fn bce_with_logits(logits: View, dlogits: ViewMut, target: f32) -> f32 {
    mean_of(logits, dlogits, |l| {
        (l.max(0.0) - l * target + (-l.abs()).exp().ln_1p(), sigmoid(l) - target)
    })
}
