use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Floats in a parallel task.
const CHUNK: usize = 16 * 1024;

/// What does not change from step to step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hyper {
    /// The learning rate α.
    pub lr: f64,
    /// β₁, the memory of the first moment.
    pub beta1: f64,
    /// β₂, the memory of the second moment.
    pub beta2: f64,
    /// ε, added after the bias correction, as in the paper and in torch.
    pub eps: f64,
}

impl Default for Hyper {
    /// The paper's, which are torch's too: 0.001, 0.9, 0.999, 1e-8.
    fn default() -> Self {
        Self { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 }
    }
}

/// Adam (Kingma & Ba 2014, arXiv:1412.6980, algorithm 1): its two moments and its step count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    steps: u64,
    m: Vec<f32>,
    v: Vec<f32>,
}

impl Adam {
    /// For `len` parameters, before the first step.
    pub fn new(len: usize) -> Self {
        Self { steps: 0, m: vec![0.0; len], v: vec![0.0; len] }
    }

    /// Steps taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The two moments, m and v.
    pub fn moments(&self) -> (&[f32], &[f32]) {
        (&self.m, &self.v)
    }

    /// Number of parameters.
    pub fn len(&self) -> usize {
        self.m.len()
    }

    /// Whether there is nothing to optimise.
    pub fn is_empty(&self) -> bool {
        self.m.is_empty()
    }

    /// Whether both moments have one float for each parameter; a file might say otherwise.
    pub fn fits(&self, len: usize) -> bool {
        self.m.len() == len && self.v.len() == len
    }

    /// θ ← θ − α·m̂/(√v̂ + ε), in one sweep over θ and both moments:
    ///
    /// - m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²
    /// - m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
    ///
    /// # Panics
    /// If the lengths differ.
    #[track_caller]
    pub fn step(&mut self, hyper: Hyper, theta: &mut [f32], gradient: &[f32]) {
        let len = self.len();
        assert!(theta.len() == len && gradient.len() == len, "Adam was made for {len} parameters");
        self.steps += 1;
        let correction = |beta: f64| 1.0 - beta.powf(self.steps as f64);
        let rate = (hyper.lr / correction(hyper.beta1)) as f32;
        let root = correction(hyper.beta2).sqrt().recip() as f32;
        let (beta1, beta2, eps) = (hyper.beta1 as f32, hyper.beta2 as f32, hyper.eps as f32);
        let (rest1, rest2) = ((1.0 - hyper.beta1) as f32, (1.0 - hyper.beta2) as f32);

        let moments = self.m.par_chunks_mut(CHUNK).zip(self.v.par_chunks_mut(CHUNK));
        let params = theta.par_chunks_mut(CHUNK).zip(gradient.par_chunks(CHUNK));
        params.zip(moments).for_each(|((theta, gradient), (m, v))| {
            for (((theta, &g), m), v) in theta.iter_mut().zip(gradient).zip(m).zip(v) {
                *m = beta1 * *m + rest1 * g;
                *v = beta2 * *v + rest2 * g * g;
                *theta -= rate * *m / (v.sqrt() * root + eps);
            }
        });
    }
}
