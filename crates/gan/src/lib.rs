//! The two networks of a DCGAN (Radford, Metz & Chintala 2015, arXiv:1511.06434) and the training step
//! (Goodfellow et al. 2014, arXiv:1406.2661).
//!
//! A generator G maps a latent z ~ N(0, 1) to an image; a discriminator D gives a logit that is large for
//! real images. One [`Trainer::step`] is
//!
//! ```text
//! fake = G(z)
//! G:  minimise  −ln σ(D(fake))                        gradient through D into G, Adam on G
//! D:  minimise  −ln σ(D(x)) − ln(1 − σ(D(fake)))      both gradients added,      Adam on D
//! ```
//!
//! This crate knows networks, the step, and the formats of what it saves, as bytes. It must never know a
//! path, a clock, a console, or where images come from.
//!
//! Images from a trained model, with the bytes of a checkpoint, or of weights from PyTorch:
//!
//! ```
//! # use dcgan_gan::{Config, State, checkpoint};
//! # let small = Config { image_size: 16, ngf: 8, ndf: 8, ..Config::default() };
//! # let bytes = checkpoint::encode(&State::new(small)?)?;
//! use dcgan_gan::{Generator, latent};
//!
//! let mut generator = Generator::from_checkpoint(&bytes)?; // or from_torch
//! let z = latent::from_seeds(0..4, generator.config().nz);
//! let images = generator.generate_bytes(&z); // (n, h, w, c), or floats: generate
//! assert_eq!(images.dim(), (4, 16, 16, 3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Training:
//!
//! ```
//! use dcgan_gan::{Config, Trainer};
//!
//! let config = Config { image_size: 16, ngf: 8, ndf: 8, batch_size: 4, ..Config::default() };
//! let mut trainer = Trainer::new(config)?;
//! trainer.real().fill(0.5); // a batch of real images would be written here
//! let losses = trainer.step();
//! assert!(losses.generator > 0.0);
//! # Ok::<(), dcgan_gan::ConfigError>(())
//! ```
//!
//! Without the default feature `train` the crate holds what inference needs, and nothing else. The default features
//! `safetensors` and `torch` read weights from files of these kinds.

mod augment;
pub mod checkpoint;
mod config;
mod d_norm;
#[cfg(feature = "train")]
mod engine;
mod fields;
#[cfg(feature = "train")]
mod fingerprint;
mod fold;
#[cfg(feature = "train")]
pub mod gen_file;
mod generator;
pub mod half;
pub mod interop;
#[cfg(feature = "train")]
mod learning_rate;
#[cfg(feature = "train")]
mod lecam;
mod models;
#[cfg(feature = "train")]
pub mod monitor;
pub mod numbers;
mod objective;
mod setting;
#[cfg(feature = "train")]
mod state;
mod statistics;
#[cfg(feature = "train")]
mod trainer;
mod upsample;
mod weights;

pub use augment::Augment;
#[cfg(feature = "train")]
pub use augment::{Augmentation, Colour, Cutout, Translation};
pub use config::{Config, ConfigError};
pub use d_norm::DNorm;
pub use dcgan_random::latent;
pub use dcgan_tensor::pool::{Threads, ThreadsError};
pub use dcgan_tensor::{Backend, ConvAlgorithm, Isa, roofline};
#[cfg(feature = "train")]
pub use engine::{Engine, EngineError, Losses, Progress, network_specs};
pub use fields::{Field, Role, Since, identity};
#[cfg(feature = "train")]
pub use fingerprint::Fingerprint;
pub use generator::Generator;
#[cfg(feature = "train")]
pub use learning_rate::adam_config;
#[cfg(feature = "train")]
pub use lecam::LecamAnchors;
pub use models::{discriminator, generator};
pub use ndarray;
pub use objective::{Logits, Objective};
pub use setting::{Setting, Value};
#[cfg(feature = "train")]
pub use state::{DatasetFingerprint, MAX_ROLLBACKS, NetworkState, State};
#[cfg(feature = "train")]
pub use trainer::Trainer;
pub use upsample::Upsample;
pub use weights::GeneratorWeights;

#[cfg(test)]
mod tests;
