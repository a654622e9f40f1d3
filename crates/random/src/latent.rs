//! Latents: the z of a seed, and interpolation between two of them.

use crate::{Purpose, fill_normal, stream};

/// Below this sine two latents count as parallel: the arc between them is undefined.
const PARALLEL: f64 = 1e-6;

/// The latent of `seed`: `nz` draws from N(0, 1).
pub fn from_seed(seed: u64, nz: usize) -> Vec<f32> {
    let mut z = vec![0.0; nz];
    fill_normal(&mut stream(seed, Purpose::Sample, 0), &mut z);
    z
}

/// The latents of `seeds`, concatenated.
pub fn from_seeds(seeds: impl IntoIterator<Item = u64>, nz: usize) -> Vec<f32> {
    seeds.into_iter().flat_map(|seed| from_seed(seed, nz)).collect()
}

/// Multiplies latents by `psi`. Below 1 that moves them toward zero, the most likely latent: images become more typical
/// and less varied.
pub fn truncate(latents: &mut [f32], psi: f64) {
    latents.iter_mut().for_each(|z| *z = (f64::from(*z) * psi) as f32);
}

/// The point at `t` in [0, 1] on the arc from `a` to `b` (Shoemake 1985; for latents White 2016,
/// arXiv:1609.04468): sin((1 − t)ω)/sin ω · a + sin(tω)/sin ω · b, with ω the angle between them.
///
/// A straight line would pass closer to the origin than almost any latent the generator was trained
/// on. Parallel or zero latents have no unique arc; they are interpolated linearly.
///
/// # Panics
/// If the lengths differ.
pub fn slerp(a: &[f32], b: &[f32], t: f64) -> Vec<f32> {
    assert_eq!(a.len(), b.len(), "latents of different lengths");
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    };
    let norms = (dot(a, a) * dot(b, b)).sqrt();
    let cos = if norms > 0.0 { (dot(a, b) / norms).clamp(-1.0, 1.0) } else { 1.0 };
    let omega = cos.acos();
    let (from, to) = if omega.sin() < PARALLEL {
        (1.0 - t, t)
    } else {
        (((1.0 - t) * omega).sin() / omega.sin(), (t * omega).sin() / omega.sin())
    };
    a.iter().zip(b).map(|(&a, &b)| (from * f64::from(a) + to * f64::from(b)) as f32).collect()
}
