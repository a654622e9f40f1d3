use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2, Axis, Zip};

use crate::{LayerSpec, Network, Params};

/// Guards against a division by zero, as in PyTorch.
const EPS: f32 = 1e-12;

/// Spectral normalisation (Miyato et al. 2018, arXiv:1802.05957): a weight W is used as W̄ = W/σ, where σ is the
/// largest singular value of W as a matrix of (kernel · kernel · c_in, c_out). Biases are used as they are.
///
/// σ comes from one round of power iteration for each forward pass, as in PyTorch's `spectral_norm`. The vectors u
/// with which the next round starts are buffers of the layers: see [`Conv2d::spectral_norm`](crate::Conv2d).
#[derive(Debug)]
pub struct SpectralNorm {
    /// θ with W̄ in place of W.
    normalised: Params,
    weights: Vec<Weight>,
}

/// One weight as a matrix, with the singular vectors v (a component for each row) and u (for each column).
#[derive(Debug)]
struct Weight {
    /// Its place in θ.
    theta: Range<usize>,
    /// The place of u among the buffers of the network.
    u: Range<usize>,
    v: Vec<f32>,
    sigma: f32,
}

impl SpectralNorm {
    /// Memory for the weights that are to be normalised; `None` if there are none.
    pub fn new(network: &Network, theta: &Params) -> Option<Self> {
        let weights = network.nodes().iter().filter_map(|node| match node.layer.spec() {
            LayerSpec::Conv2d { spectral_norm: true, window, c_in, c_out, .. } => {
                let (rows, start) = (window.taps() * c_in, node.params_range().start);
                let (theta, v) = (start..start + rows * c_out, vec![0.0; rows]);
                Some(Weight { theta, u: node.buffers_range(), v, sigma: 1.0 })
            }
            _ => None,
        });
        let weights: Vec<Weight> = weights.collect();
        let has_any = !weights.is_empty();
        has_any.then(|| Self { normalised: theta.clone(), weights })
    }

    /// Normalises θ with a round of power iteration from the vectors u among `buffers`, which it advances:
    /// v ← W·u/‖W·u‖, u ← Wᵀ·v/‖Wᵀ·v‖, σ ← vᵀ·W·u.
    pub fn normalise(&mut self, theta: &Params, buffers: &mut Params) -> &Params {
        let normalised = self.normalised.as_mut_slice();
        normalised.copy_from_slice(theta.as_slice());
        for Weight { theta, u, v, sigma } in &mut self.weights {
            let w = &mut normalised[theta.clone()];
            let u = &mut buffers.as_mut_slice()[u.clone()];
            multiply(w, u, v);
            to_unit_length(v);
            multiply_transposed(w, v, u);
            // With this u, vᵀ·W·u is the length of Wᵀ·v.
            *sigma = to_unit_length(u).max(EPS);
            let scale = 1.0 / *sigma;
            matrix_mut(w, u.len()).par_mapv_inplace(|w| scale * w);
        }
        &self.normalised
    }

    /// θ as [`SpectralNorm::normalise`] left it.
    pub fn normalised(&self) -> &Params {
        &self.normalised
    }

    /// From dL/dW̄ to dL/dW = (dL/dW̄ − ⟨dL/dW̄, W̄⟩·v·uᵀ)/σ, in place (equation 12 of the paper). `buffers` are as
    /// [`SpectralNorm::normalise`] left them.
    pub fn pull_back(&self, buffers: &Params, dtheta: &mut Params) {
        for Weight { theta, u, v, sigma } in &self.weights {
            let normalised = &self.normalised.as_slice()[theta.clone()];
            let u = &buffers.as_slice()[u.clone()];
            let dw = &mut dtheta.as_mut_slice()[theta.clone()];
            let rows = dw.chunks(u.len()).zip(normalised.chunks(u.len()));
            let along = rows.map(|(dw, w)| f64::from(dot(dw, w))).sum::<f64>() as f32;
            let scale = 1.0 / sigma;
            let mut dw = matrix_mut(dw, u.len());
            Zip::from(dw.axis_iter_mut(Axis(0))).and(&v[..]).par_for_each(|mut dw, v| {
                dw.iter_mut().zip(u).for_each(|(dw, u)| *dw = scale * (*dw - along * v * u));
            });
        }
    }
}

/// A weight by rows, one for each of its inputs.
fn matrix_mut(weight: &mut [f32], columns: usize) -> ArrayViewMut2<'_, f32> {
    let rows = weight.len() / columns;
    ArrayViewMut2::from_shape((rows, columns), weight).expect("a weight has whole rows")
}

/// y ← A·x for the rows of A.
fn multiply(a: &[f32], x: &[f32], y: &mut [f32]) {
    let a = ArrayView2::from_shape((y.len(), x.len()), a).expect("a component for each row");
    Zip::from(a.axis_iter(Axis(0))).and(y).par_for_each(|row, y| {
        *y = dot(row.as_slice().expect("rows are contiguous"), x);
    });
}

/// y ← Aᵀ·x for the rows of A.
fn multiply_transposed(a: &[f32], x: &[f32], y: &mut [f32]) {
    y.fill(0.0);
    for (row, x) in a.chunks(y.len()).zip(x) {
        y.iter_mut().zip(row).for_each(|(y, a)| *y += a * x);
    }
}

/// Divides by the length, and returns it.
fn to_unit_length(x: &mut [f32]) -> f32 {
    let length = dot(x, x).sqrt();
    x.iter_mut().for_each(|x| *x /= length.max(EPS));
    length
}

/// The sum of products, as several sums side by side that the compiler keeps in a vector.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_chunks.zip(b_chunks) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest
}
