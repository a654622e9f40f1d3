use dcgan_tensor::{View, ViewMut};

/// Binary cross-entropy of logits l against one target t for all of them, with its gradient.
///
/// Returns the mean of max(l, 0) − l·t + ln(1 + e^(−|l|)), which equals
/// −t·ln σ(l) − (1 − t)·ln(1 − σ(l)) in a form that never overflows, and writes (σ(l) − t)/n, the
/// gradient of that mean, to `dlogits`.
///
/// # Panics
/// If the shapes differ.
pub fn bce_with_logits(logits: View, mut dlogits: ViewMut, target: f32) -> f32 {
    assert_eq!(logits.dim(), dlogits.dim(), "logits and their gradient differ in shape");
    let n = logits.len() as f32;
    let mut sum = 0.0;
    for (d, &l) in dlogits.iter_mut().zip(logits) {
        sum += f64::from(l.max(0.0) - l * target + (-l.abs()).exp().ln_1p());
        *d = (sigmoid(l) - target) / n;
    }
    (sum / f64::from(n)) as f32
}

/// σ(l) = 1/(1 + e^(−l)), without overflow on either side.
fn sigmoid(l: f32) -> f32 {
    let t = (-l.abs()).exp();
    if l >= 0.0 { 1.0 / (1.0 + t) } else { t / (1.0 + t) }
}
