//! Spectral normalisation in index notation and double precision.

use dcgan_layers::{LayerSpec, NetworkSpec};

/// The weight of a layer, as used: W/σ with σ = vᵀ·W·u.
struct Weight {
    /// Where it starts in θ.
    start: usize,
    v: Vec<f64>,
    u: Vec<f64>,
    sigma: f64,
}

/// The weights of a network that are normalised, after a round of power iteration.
pub(crate) struct Spectral {
    /// θ, with normalised weights.
    pub(crate) theta: Vec<f32>,
    weights: Vec<Weight>,
}

impl Spectral {
    /// Normalises θ and advances the vectors u, which are the only buffers of such a network.
    pub(crate) fn new(network: &NetworkSpec, theta: &[f32], buffers: &mut [f32]) -> Self {
        let mut all = Self { theta: theta.to_vec(), weights: Vec::new() };
        let (mut at, mut buffer) = (0, 0);
        for (_, spec) in &network.layers {
            let &LayerSpec::Conv2d { c_in, c_out, window, bias, spectral_norm, .. } = spec else {
                return all;
            };
            let (start, rows) = (at, window.taps() * c_in);
            at += rows * c_out + if bias { c_out } else { 0 };
            if !spectral_norm {
                continue;
            }
            let w = |row: usize, column: usize| f64::from(theta[start + row * c_out + column]);
            let u = &mut buffers[buffer..buffer + c_out];
            buffer += c_out;
            let v = unit((0..rows).map(|i| (0..c_out).map(|j| w(i, j) * f64::from(u[j])).sum()));
            let new_u = unit((0..c_out).map(|j| (0..rows).map(|i| w(i, j) * v[i]).sum()));
            let row = |i: usize| v[i] * (0..c_out).map(|j| w(i, j) * new_u[j]).sum::<f64>();
            let sigma: f64 = (0..rows).map(row).sum();
            let weights = &mut all.theta[start..start + rows * c_out];
            weights.iter_mut().for_each(|w| *w = (f64::from(*w) / sigma) as f32);
            u.iter_mut().zip(&new_u).for_each(|(u, &new)| *u = new as f32);
            all.weights.push(Weight { start, v, u: new_u, sigma });
        }
        all
    }

    /// From the gradient in normalised weights to that in the weights: the quotient rule for W/(vᵀ·W·u).
    pub(crate) fn pull_back(&self, dtheta: &mut [f64]) {
        for Weight { start, v, u, sigma } in &self.weights {
            let normalised = &self.theta[*start..];
            let dw = &mut dtheta[*start..start + v.len() * u.len()];
            let along: f64 = dw.iter().zip(normalised).map(|(d, &w)| d * f64::from(w)).sum();
            for (i, dw) in dw.iter_mut().enumerate() {
                *dw = (*dw - along * v[i / u.len()] * u[i % u.len()]) / sigma;
            }
        }
    }
}

fn unit(x: impl Iterator<Item = f64>) -> Vec<f64> {
    let x: Vec<f64> = x.collect();
    let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    x.into_iter().map(|x| x / length).collect()
}
