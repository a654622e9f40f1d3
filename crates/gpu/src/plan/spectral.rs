use super::network::{Network, Op};
use crate::GpuError;
use crate::floats::Floats;
use crate::kernels::spectral::Matrix;
use crate::recorder::Recorder;

/// A network's parameters with normalised weights. Counterpart: layers/src/spectral_norm.rs.
#[derive(Debug)]
pub(crate) struct Spectral {
    /// θ with W/σ in place of W.
    normalised: Floats,
    /// Each weight with its vectors.
    weights: Vec<(Matrix, Floats)>,
}

impl Spectral {
    /// `None` if the network has no such weight.
    pub(crate) fn new(
        to: &mut Recorder,
        network: &Network,
        theta_len: usize,
    ) -> Result<Option<Self>, GpuError> {
        let mut weights = Vec::new();
        for layer in &network.layers {
            if let Op::Conv { conv, epilogue, spectral_norm: Some(u), .. } = &layer.op {
                let bias_len = if epilogue.bias.is_some() { conv.c_out } else { 0 };
                let (rows, columns) = (conv.window.taps() * conv.c_in, conv.c_out);
                let matrix = Matrix { rows, columns, weight: conv.weight, u: *u, bias_len };
                let vectors = to.zeros("singular vectors", matrix.vectors_len())?;
                weights.push((matrix, vectors));
            }
        }
        if weights.is_empty() {
            return Ok(None);
        }
        let normalised = to.zeros("normalised parameters", theta_len)?;
        Ok(Some(Self { normalised, weights }))
    }

    /// The parameters as the passes of the network use them.
    pub(crate) fn normalised(&self) -> &Floats {
        &self.normalised
    }

    /// Records a round of power iteration, which advances the vectors u, and the division.
    pub(crate) fn normalise(&self, to: &mut Recorder, theta: &Floats, buffers: &Floats) {
        for (matrix, vectors) in &self.weights {
            matrix.normalise(to, [theta, buffers, vectors], &self.normalised);
        }
    }

    /// Records the step from the gradient in normalised weights to that in the weights.
    pub(crate) fn pull_back(&self, to: &mut Recorder, buffers: &Floats, gradient: &Floats) {
        for (matrix, vectors) in &self.weights {
            matrix.pull_back(to, [&self.normalised, buffers, vectors], gradient);
        }
    }
}
