use dcgan_layers::Params;

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
    /// All zeros, to be filled.
    pub(crate) fn zeros(config: Config) -> Self {
        let network = generator(&config);
        let (theta, buffers) = (network.init(&mut || 0.0), network.init_buffers());
        Self { config, theta, buffers }
    }
}
