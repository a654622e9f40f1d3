//! A trained generator from what `dcgan train` and `dcgan export` leave on disk: a run folder, a checkpoint or
//! a safetensors file.
//!
//! ```no_run
//! use dcgan_model::latent;
//!
//! let mut generator = dcgan_model::load("runs/cats-001")?; // or a checkpoint, or a safetensors file
//! let z = latent::from_seeds(0..8, generator.config().nz);
//! let images = generator.generate_bytes(&z); // u8, (n, h, w, c); `generate` returns floats in (−1, 1)
//! # assert_eq!(images.dim().0, 8);
//! # Ok::<(), dcgan_model::LoadError>(())
//! ```
//!
//! This crate reads files and builds on [`dcgan_gan`] without its feature `train`. A program that has the bytes
//! of a model already needs only [`Generator::from_checkpoint`] and [`Generator::from_safetensors`].

mod checkpoints;
mod load;
mod saved_name;

pub use checkpoints::{CHECKPOINTS, Saved, list, newest};
pub use dcgan_gan::{Config, Generator, Threads, latent};
pub use load::{LoadError, load};
pub use saved_name::{Reason, SavedName};
