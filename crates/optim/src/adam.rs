use rayon::prelude::*;

use crate::CHUNK;

/// Adam's hyperparameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamConfig {
    /// The learning rate α.
    pub lr: f64,
    /// β₁, the decay rate of the first moment.
    pub beta1: f64,
    /// β₂, the decay rate of the second moment.
    pub beta2: f64,
    /// ε, added after the bias correction, as in the paper and in torch.
    pub eps: f64,
}

impl Default for AdamConfig {
    /// The paper's values, which are also PyTorch's: 0.001, 0.9, 0.999, 1e-8.
    fn default() -> Self {
        Self { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 }
    }
}

/// The state of Adam (Kingma & Ba 2014, arXiv:1412.6980, algorithm 1): two moments and a step count.
#[derive(Clone, Debug, PartialEq)]
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

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.m.is_empty()
    }

    /// The state after `steps` steps, from its two moments, as a checkpoint stores it.
    ///
    /// # Panics
    /// If the moments differ in length.
    pub fn from_moments(steps: u64, m: Vec<f32>, v: Vec<f32>) -> Self {
        assert_eq!(m.len(), v.len(), "Adam's moments differ in length");
        Self { steps, m, v }
    }

    /// Counts a step that was computed elsewhere, before its moments are known.
    pub fn count_step(&mut self) {
        self.steps += 1;
    }

    /// θ ← θ − α·m̂/(√v̂ + ε), in one pass over θ and both moments:
    ///
    /// - m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²
    /// - m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
    ///
    /// # Panics
    /// If the lengths differ.
    #[track_caller]
    pub fn step(&mut self, config: AdamConfig, theta: &mut [f32], gradient: &[f32]) {
        let len = self.len();
        assert!(
            theta.len() == len && gradient.len() == len,
            "this Adam holds moments for {len} parameters"
        );
        self.steps += 1;
        let correction = |beta: f64| 1.0 - beta.powf(self.steps as f64);
        let rate = (config.lr / correction(config.beta1)) as f32;
        let root = correction(config.beta2).sqrt().recip() as f32;
        let (beta1, beta2, eps) = (config.beta1 as f32, config.beta2 as f32, config.eps as f32);
        let (rest1, rest2) = ((1.0 - config.beta1) as f32, (1.0 - config.beta2) as f32);

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
