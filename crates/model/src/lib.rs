//! A trained generator from a run folder, a checkpoint, or weights of PyTorch's DCGAN example: a safetensors file or
//! a file of `torch.save`.
//!
//! ```no_run
//! use dcgan_model::latent;
//!
//! let mut generator = dcgan_model::load("runs/cats-001")?; // or a checkpoint, or netG.pth
//! let z = latent::from_seeds(0..8, generator.config().nz);
//! let images = generator.generate_bytes(&z); // u8, (n, h, w, c); `generate` returns floats in (−1, 1)
//! # assert_eq!(images.dim().0, 8);
//! # Ok::<(), dcgan_model::LoadError>(())
//! ```
//!
//! This crate reads files and builds on [`dcgan_gan`] without its feature `train`. A program that has the bytes
//! of a model already needs only [`Generator::from_checkpoint`] and [`Generator::from_torch`].
//!
//! The default features `safetensors` and `torch` read weights from PyTorch. Without them, this crate reads only what
//! `dcgan train` writes, and depends on fewer packages.

mod checkpoints;
mod load;
mod saved_name;

pub use checkpoints::{CHECKPOINTS, Saved, list, newest};
pub use dcgan_gan::{Config, Generator, GeneratorWeights, Threads, latent};
pub use load::{LoadError, load, load_weights};
pub use saved_name::{Reason, SavedName};
