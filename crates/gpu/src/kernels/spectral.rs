//! Spectral normalisation of one weight. Counterpart: layers/src/spectral_norm.rs.

use crate::floats::Floats;
use crate::recorder::Recorder;
use crate::shader::{DIVIDE_BY_NORM, POWER_ITERATION, SPECTRAL_ALONG, SPECTRAL_PULL_BACK};
use crate::uniform::Uniform;

/// A weight as a matrix, with the bias after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Where it starts in θ.
    pub(crate) weight: usize,
    /// Where its vector u starts among the buffers.
    pub(crate) u: usize,
    pub(crate) bias_len: usize,
}

impl Matrix {
    fn weights(&self) -> usize {
        self.rows * self.columns
    }

    /// Floats of the vectors: v, σ, and a product for the backward pass.
    pub(crate) fn vectors_len(&self) -> usize {
        self.rows + 2
    }

    fn uniform(&self) -> Uniform {
        let Self { rows, columns, weight, u, bias_len } = *self;
        Uniform::new().ints([rows, columns, weight, u, self.weights() + bias_len])
    }

    /// A round of power iteration, and the layer's parameters with W/σ in place of W.
    pub(crate) fn normalise(
        &self,
        to: &mut Recorder,
        [theta, buffers, vectors]: [&Floats; 3],
        normalised: &Floats,
    ) {
        to.push(&POWER_ITERATION, &self.uniform(), &[theta, buffers, vectors], [1, 1, 1]);
        let len = self.weights() + self.bias_len;
        let arrays = [theta, vectors, normalised];
        to.push_elements(&DIVIDE_BY_NORM, &self.uniform(), &arrays, len);
    }

    /// From the gradient in W/σ to that in W, in place.
    pub(crate) fn pull_back(
        &self,
        to: &mut Recorder,
        [normalised, buffers, vectors]: [&Floats; 3],
        gradient: &Floats,
    ) {
        let arrays = [normalised, gradient, vectors];
        to.push(&SPECTRAL_ALONG, &self.uniform(), &arrays, [1, 1, 1]);
        let arrays = [buffers, vectors, gradient];
        to.push_elements(&SPECTRAL_PULL_BACK, &self.uniform(), &arrays, self.weights());
    }
}
