use dcgan_tensor::{View, ViewMut};

use super::mean_of;

/// The mean of ½·(l − t)² over logits l, with one target t for all of them, and its gradient (l − t)/n (Mao et
/// al. 2017, arXiv:1611.04076, equation 9).
///
/// # Panics
/// If the shapes differ.
pub fn least_squares(logits: View, dlogits: ViewMut, target: f32) -> f32 {
    mean_of(logits, dlogits, |l| (0.5 * (l - target) * (l - target), l - target))
}
