//! Latents: the one of a seed, and interpolation between two.

use alloc::vec;
use alloc::vec::Vec;
use core::f64::consts::TAU;

use crate::chacha::ChaCha;
use crate::math;

/// Below this sine two latents count as parallel: the arc between them is undefined.
const PARALLEL: f64 = 1e-6;

/// The latent of `seed` that `dcgan generate --seeds` uses too: `nz` draws from N(0, 1), by the Box–Muller transform.
pub fn from_seed(seed: u64, nz: usize) -> Vec<f32> {
    let mut z = vec![0.0; nz];
    let mut stream = ChaCha::new(seed);
    for pair in z.chunks_mut(2) {
        let radius = math::sqrt(-2.0 * math::ln(1.0 - stream.uniform()));
        let (sin, cos) = math::sin_cos(TAU * stream.uniform());
        for (z, direction) in pair.iter_mut().zip([cos, sin]) {
            *z = (radius * direction) as f32;
        }
    }
    z
}

/// The point at `t` in [0, 1] on the arc from `a` to `b` (Shoemake 1985): sin((1 − t)ω)/sin ω · a + sin(tω)/sin ω · b,
/// with ω the angle between them. Parallel or zero latents have no unique arc; they are interpolated linearly.
///
/// # Panics
/// If the lengths differ.
pub fn slerp(a: &[f32], b: &[f32], t: f64) -> Vec<f32> {
    assert_eq!(a.len(), b.len(), "latents of different lengths");
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    };
    let norms = math::sqrt(dot(a, a) * dot(b, b));
    let cos = if norms > 0.0 { (dot(a, b) / norms).clamp(-1.0, 1.0) } else { 1.0 };
    let omega = math::acos(cos);
    let sin = |angle| math::sin_cos(angle).0;
    let (from, to) = if sin(omega) < PARALLEL {
        (1.0 - t, t)
    } else {
        (sin((1.0 - t) * omega) / sin(omega), sin(t * omega) / sin(omega))
    };
    a.iter().zip(b).map(|(&a, &b)| (from * f64::from(a) + to * f64::from(b)) as f32).collect()
}
