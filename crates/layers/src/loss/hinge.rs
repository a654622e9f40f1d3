use dcgan_tensor::{View, ViewMut};

use super::mean_of;

/// The mean of max(0, 1 − s·l) over logits l for a sign s of 1 or −1, and its gradient: −s/n where s·l < 1, else
/// 0 (Lim & Ye 2017, arXiv:1705.02894, section 3).
///
/// # Panics
/// If the shapes differ.
pub fn hinge(logits: View, dlogits: ViewMut, sign: f32) -> f32 {
    mean_of(logits, dlogits, |l| {
        let margin = 1.0 - sign * l;
        if margin > 0.0 { (margin, -sign) } else { (0.0, 0.0) }
    })
}
