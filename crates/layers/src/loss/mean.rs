use dcgan_tensor::{View, ViewMut};

use super::mean_of;

/// The mean of s·l over logits l for a sign s of 1 or −1, and its gradient s/n: each part of a Wasserstein loss
/// (Arjovsky et al. 2017, arXiv:1701.07875, equation 2).
///
/// # Panics
/// If the shapes differ.
pub fn signed_mean(logits: View, dlogits: ViewMut, sign: f32) -> f32 {
    mean_of(logits, dlogits, |l| (sign * l, sign))
}
