use dcgan_layers::{Network, Params};

use crate::fold::fold;
use crate::statistics::batch_norm_statistics;
use crate::{Config, generator};

/// A trained generator: everything that decides which image it makes of a latent.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneratorWeights {
    /// Sizes of the network.
    pub config: Config,
    /// Its parameters.
    pub theta: Params,
    /// Its batch-norm statistics.
    pub buffers: Params,
}

impl GeneratorWeights {
    /// These parameters, with batch-norm statistics computed for them from a thousand fixed latents. The running
    /// statistics of training lag behind the weights, which spoils colours and contrast.
    pub fn with_own_statistics(config: Config, theta: Params) -> Self {
        let buffers = batch_norm_statistics(&config, &theta);
        Self { config, theta, buffers }
    }

    /// The generator in inference mode, with every batch norm folded into the convolution before it: the network,
    /// whose hidden layers then have biases, and its parameters.
    pub fn folded(&self) -> (Network, Params) {
        fold(&self.config, &self.theta, &self.buffers)
    }

    /// All zeros, to be filled.
    pub(crate) fn zeros(config: Config) -> Self {
        let network = generator(&config);
        let (theta, buffers) = (network.init(&mut || 0.0), network.init_buffers());
        Self { config, theta, buffers }
    }
}
