//! Images from a trained generator of `dcgan`, and nothing else: without dependencies, without the standard library,
//! without `unsafe`. It runs wherever there is an allocator: in a browser, in a microcontroller, in a server.
//!
//! `dcgan export MODEL --out cats.gen` writes the file that is read here, with `--f16` of half the size. The format is
//! specified in `docs/formats.md`.
//!
//! ```no_run
//! use dcgan_infer::{Generator, latent};
//!
//! let generator = Generator::from_bytes(&std::fs::read("cats.gen")?)?;
//! let image = generator.image(&generator.latent(7)); // the image of `dcgan generate --seeds 7`
//! let pixels: Vec<u8> = image.bytes(); // rows of pixels of `image.channels()` bytes; or `floats`, in [−1, 1]
//!
//! let between = latent::slerp(&generator.latent(7), &generator.latent(12), 0.3);
//! let blend = generator.image(&between);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A file that is damaged or hostile is an [`Error`]: it never causes a panic, and takes no more memory than a small
//! multiple of its size.
//!
//! Compiled for the processor that it will run on (`-C target-cpu=native`), it uses that processor's wider vectors.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod chacha;
mod crc32;
mod error;
mod file;
mod generator;
mod image;
pub mod latent;
mod layers;
mod math;

pub use error::Error;
pub use generator::{Fingerprint, Generator};
pub use image::Image;
