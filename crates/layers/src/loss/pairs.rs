use dcgan_tensor::{View, ViewMut};
use ndarray::Zip;

use super::sigmoid;

/// The mean of ln(1 + e^(b − a)) over pairs of logits (a, b), which is small where a is greater than b: the loss
/// of relativistic pairing (Jolicoeur-Martineau 2018, arXiv:1807.00734, section 4; Huang et al. 2025,
/// arXiv:2501.05441, equation 2). Writes its gradient in a, which is −σ(b − a)/n; that in b is the opposite.
///
/// # Panics
/// If the shapes differ.
pub fn paired_bce(a: View, b: View, da: ViewMut) -> f32 {
    assert_eq!(a.dim(), da.dim(), "logits and their gradient differ in shape");
    let n = a.len() as f32;
    let mut sum = 0.0;
    Zip::from(a).and(b).and(da).for_each(|&a, &b, d| {
        let l = b - a;
        sum += f64::from(l.max(0.0) + (-l.abs()).exp().ln_1p());
        *d = -sigmoid(l) / n;
    });
    (sum / f64::from(n)) as f32
}
