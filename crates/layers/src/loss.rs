//! Losses of logits: each returns the mean over the logits and writes its gradient. One file a loss.

mod bce;
mod hinge;
mod least_squares;
mod mean;
mod pairs;

pub use bce::bce_with_logits;
pub use hinge::hinge;
pub use least_squares::least_squares;
pub use mean::signed_mean;
pub use pairs::paired_bce;

use dcgan_tensor::{View, ViewMut};

/// The mean of a function of each logit, which returns its value and its slope. Writes the gradient of the mean.
fn mean_of(logits: View, mut dlogits: ViewMut, f: impl Fn(f32) -> (f32, f32)) -> f32 {
    assert_eq!(logits.dim(), dlogits.dim(), "logits and their gradient differ in shape");
    let n = logits.len() as f32;
    let mut sum = 0.0;
    for (d, &l) in dlogits.iter_mut().zip(logits) {
        let (value, slope) = f(l);
        sum += f64::from(value);
        *d = slope / n;
    }
    (sum / f64::from(n)) as f32
}

/// σ(l) = 1/(1 + e^(−l)), without overflow on either side.
fn sigmoid(l: f32) -> f32 {
    let t = (-l.abs()).exp();
    if l >= 0.0 { 1.0 / (1.0 + t) } else { t / (1.0 + t) }
}
