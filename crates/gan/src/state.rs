use dcgan_layers::{Network, Params};
use dcgan_optim::Adam;
use dcgan_random::{Purpose, fill_normal, stream};
use serde::{Deserialize, Serialize};

use crate::watch::Watch;
use crate::{Config, ConfigError, discriminator, generator};

/// Times that a run may go back, in all.
pub const MOST_ROLLBACKS: u32 = 3;

/// All that a run is at one moment: what is saved, and from which it goes on as if it had never
/// stopped. Randomness needs no place here, since every draw is a function of seed and step.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// What the run computes.
    pub config: Config,
    /// Steps taken.
    pub step: u64,
    /// The pictures that it is trained on.
    pub data: DataPrint,
    /// G.
    pub generator: Half,
    /// D.
    pub discriminator: Half,
    /// Times that the run went back to an earlier state: so many streams of latents were left. At most
    /// [`MOST_ROLLBACKS`].
    pub rollbacks: u32,
    /// What the watch has seen.
    pub watch: Watch,
}

/// One network's part of a [`State`].
#[derive(Clone, Debug, PartialEq)]
pub struct Half {
    /// The parameters.
    pub theta: Params,
    /// The running statistics of batch normalisation.
    pub running: Params,
    /// Forward passes that the running statistics have seen.
    pub tracked: u64,
    /// The optimiser.
    pub adam: Adam,
}

/// What tells one set of pictures from another: the order in which a run meets its pictures follows
/// from how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataPrint {
    /// Number of pictures.
    pub pictures: u64,
    /// CRC-32 of all their bytes, as the network sees them.
    pub crc32: u32,
}

impl DataPrint {
    /// Of so many pictures that are these bytes.
    pub fn of(pictures: usize, bytes: &[u8]) -> Self {
        Self { pictures: pictures as u64, crc32: crc32fast::hash(bytes) }
    }
}

impl State {
    /// Before the first step, weights drawn from the configuration's seed.
    ///
    /// # Errors
    /// If `config` is not valid.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.validate()?;
        let half = |network: &Network, index| Half::new(network, config.seed, index);
        Ok(Self {
            config,
            step: 0,
            data: DataPrint::default(),
            generator: half(&generator(&config), 0),
            discriminator: half(&discriminator(&config), 1),
            rollbacks: 0,
            watch: Watch::default(),
        })
    }
}

impl Half {
    fn new(network: &Network, seed: u64, index: u64) -> Self {
        let mut draws = stream(seed, Purpose::Init, index);
        let theta = network.init(&mut || {
            let mut draw = [0.0];
            fill_normal(&mut draws, &mut draw);
            draw[0]
        });
        let adam = Adam::new(theta.len());
        Self { running: network.init_running(), tracked: 0, theta, adam }
    }
}
