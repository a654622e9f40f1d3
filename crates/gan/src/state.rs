use dcgan_layers::{Network, Params};
use dcgan_optim::Adam;
use dcgan_random::{Purpose, Stream, fill_normal, stream};

use crate::monitor::Monitor;
use crate::statistics::batch_norm_statistics;
use crate::{Config, ConfigError, GeneratorWeights, LecamAnchors, discriminator, generator};

/// How often a run may roll back, in all.
pub const MAX_ROLLBACKS: u32 = 3;

/// Bits of a stream's index for the step; the number of rollbacks is above them.
const STEP_BITS: u32 = 48;

/// The whole state of a run: what a checkpoint stores, and from which it continues as if it had never
/// stopped. There is no generator of random numbers in it, since every draw is a function of seed and
/// step.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The settings that decide what is computed.
    pub config: Config,
    /// Steps taken.
    pub step: u64,
    /// The images that it is trained on.
    pub dataset: DatasetFingerprint,
    /// G.
    pub generator: NetworkState,
    /// The moving average of G's parameters, if the run keeps one: see [`Config::ema`].
    pub average: Option<Params>,
    /// Batch-norm statistics of the generator that is shown, if they have been computed: see
    /// [`State::compute_statistics`].
    pub statistics: Option<Params>,
    /// The anchors of the LeCam penalty, if the run has it: see [`Config::lecam`].
    pub lecam: Option<LecamAnchors>,
    /// D.
    pub discriminator: NetworkState,
    /// How often the run has rolled back to an earlier state; the latents that follow depend on it. At
    /// most [`MAX_ROLLBACKS`].
    pub rollbacks: u32,
    /// What the monitor has seen.
    pub monitor: Monitor,
}

/// One network's part of a [`State`].
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkState {
    /// The parameters.
    pub theta: Params,
    /// The running statistics of batch norm.
    pub buffers: Params,
    /// Batches that the running statistics have seen, as PyTorch counts them.
    pub num_batches_tracked: u64,
    /// The optimiser.
    pub adam: Adam,
}

/// Identifies a set of images: the order in which a run sees them follows from their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DatasetFingerprint {
    /// Number of images.
    pub images: u64,
    /// CRC-32 of all their bytes, as the networks see them.
    pub crc32: u32,
}

impl State {
    /// The state before the first step, with weights drawn from the configuration's seed.
    ///
    /// # Errors
    /// If `config` is not valid.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.validate()?;
        let network = |network: &Network, index| NetworkState::new(network, config.seed, index);
        let g = generator(&config);
        let mut generator = network(&g, 0);
        config.upsample.constrain(&g, &mut generator.theta);
        Ok(Self {
            config,
            step: 0,
            dataset: DatasetFingerprint::default(),
            average: (config.ema > 0.0).then(|| generator.theta.clone()),
            generator,
            statistics: None,
            lecam: (config.lecam > 0.0).then(LecamAnchors::default),
            discriminator: network(&discriminator(&config), 1),
            rollbacks: 0,
            monitor: Monitor::default(),
        })
    }

    /// The random numbers of the next step for this purpose. After a rollback they are others.
    pub fn stream(&self, purpose: Purpose) -> Stream {
        stream(self.config.seed, purpose, u64::from(self.rollbacks) << STEP_BITS | self.step)
    }
}

/// The generator of a state, in three forms.
impl State {
    /// As images are made with it: the averaged parameters, or the parameters if the run keeps no average, with
    /// batch-norm statistics of their own.
    pub fn shown(&self) -> GeneratorWeights {
        let theta = self.shown_parameters().clone();
        match &self.statistics {
            Some(buffers) => {
                GeneratorWeights { config: self.config, theta, buffers: buffers.clone() }
            }
            None => GeneratorWeights::with_own_statistics(self.config, theta),
        }
    }

    /// Computes the statistics of [`State::shown`] unless the state has them already, so that they are saved with it.
    /// They are a function of the parameters; a step discards them.
    pub fn compute_statistics(&mut self) {
        if self.statistics.is_none() {
            self.statistics = Some(batch_norm_statistics(&self.config, self.shown_parameters()));
        }
    }

    fn shown_parameters(&self) -> &Params {
        self.average.as_ref().unwrap_or(&self.generator.theta)
    }

    /// The parameters of the last step, with batch-norm statistics of their own.
    pub fn raw(&self) -> GeneratorWeights {
        GeneratorWeights::with_own_statistics(self.config, self.generator.theta.clone())
    }

    /// The parameters of the last step with the running statistics of training, as PyTorch would show it.
    pub fn as_trained(&self) -> GeneratorWeights {
        let NetworkState { theta, buffers, .. } = &self.generator;
        GeneratorWeights { config: self.config, theta: theta.clone(), buffers: buffers.clone() }
    }
}

impl NetworkState {
    fn new(network: &Network, seed: u64, index: u64) -> Self {
        let mut draws = stream(seed, Purpose::Init, index);
        let theta = network.init(&mut || {
            let mut draw = [0.0];
            fill_normal(&mut draws, &mut draw);
            draw[0]
        });
        let (buffers, adam) = (network.init_buffers(), Adam::new(theta.len()));
        Self { theta, buffers, num_batches_tracked: 0, adam }
    }
}
