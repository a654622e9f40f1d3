//! The two networks of a DCGAN (Radford, Metz & Chintala 2015, arXiv:1511.06434) and the game
//! between them (Goodfellow et al. 2014, arXiv:1406.2661).
//!
//! A generator G turns a latent z ~ N(0, 1) into a picture; a discriminator D gives a logit that
//! is large for real pictures. One [`Trainer::step`] plays one round:
//!
//! ```text
//! fake = G(z)
//! G:  minimise  −ln σ(D(fake))                        gradient through D into G, Adam on G
//! D:  minimise  −ln σ(D(x)) − ln(1 − σ(D(fake)))      both gradients added,      Adam on D
//! ```
//!
//! This crate knows networks, the game, and the formats of what it saves, as bytes. It must never
//! know a path, a clock, a console, or where pictures come from.
//!
//! ```
//! use dcgan_gan::{Config, Generator, Trainer, latent};
//!
//! let config = Config { image_size: 16, ngf: 8, ndf: 8, batch_size: 4, ..Config::default() };
//! let mut trainer = Trainer::new(config)?;
//! trainer.real().fill(0.5); // a batch of real pictures would be written here
//! let losses = trainer.step();
//! assert!(losses.generator > 0.0);
//!
//! let mut generator = Generator::new(trainer.state());
//! let picture = generator.generate(&latent::of_seed(7, config.nz));
//! assert_eq!(picture.dim(), (1, 16, 16, 3));
//! # Ok::<(), dcgan_gan::ConfigError>(())
//! ```

pub mod checkpoint;
mod config;
pub mod exchange;
mod fingerprint;
mod folded;
mod generator;
pub mod latent;
mod models;
mod state;
mod trainer;
pub mod watch;

pub use config::{Config, ConfigError};
pub use dcgan_tensor::pool::{Threads, ThreadsError};
pub use dcgan_tensor::{Backend, ConvAlgorithm, Isa, roofline};
pub use fingerprint::Fingerprint;
pub use generator::Generator;
pub use models::{discriminator, generator};
pub use state::{DataPrint, Half, MOST_ROLLBACKS, State};
pub use trainer::{Losses, Trainer};

#[cfg(test)]
mod tests;
