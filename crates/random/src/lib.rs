//! Random numbers without a generator to carry around.
//!
//! Every random float of this workspace is a function of three values: the user's **seed**, the
//! [`Purpose`] of the draw, and an **index** (a step, an epoch, an image). [`stream`] maps the
//! three to a generator of its own. So a resumed run needs only its step, and an additional draw in
//! one place changes no other.
//!
//! This crate knows generators and latents. It must never know images, networks, files or the clock.
//!
//! ```
//! use dcgan_random::{Purpose, fill_normal, stream};
//!
//! let mut z = [0.0; 100];
//! fill_normal(&mut stream(42, Purpose::Latent, 7), &mut z);      // the latents of step 7
//!
//! let mut again = [0.0; 100];
//! fill_normal(&mut stream(42, Purpose::Latent, 7), &mut again);
//! assert_eq!(z, again);
//! ```

pub mod latent;

use rand::SeedableRng;
pub use rand::{Rng, RngExt};

/// The generator behind every stream: ChaCha with 8 rounds, named explicitly because `StdRng` may
/// change with an upgrade of `rand`.
pub type Stream = rand::rngs::ChaCha8Rng;

/// What a stream is used for. The numbers are part of the format of a run: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// Initial weights; the index is the network.
    Init = 1,
    /// Latents of a training step; the index is the step.
    Latent = 2,
    /// The order of the images; the index is the epoch.
    Shuffle = 3,
    /// The latent of one generated image, with its own seed; the index is 0.
    Sample = 4,
    /// The built-in synthetic images; the index is the image.
    Synthetic = 5,
    /// Random images for benchmarks and tests; the index is the batch.
    Noise = 6,
    /// Patch positions of the sliced Wasserstein distance; the index is the level and the image.
    Patch = 7,
    /// Projection directions of that distance; the index is the level and the direction.
    Direction = 8,
    /// Which images of a batch are mirrored; the index is the step.
    Flip = 9,
    /// The augmentation of D's images in a training step; the index is the step.
    Augment = 10,
    /// Which images a figure of quality draws, as pairs or as subsets; the index is the figure.
    Draw = 11,
}

/// The generator for one (seed, purpose, index), independent of every other.
///
/// The seed makes the ChaCha key; purpose and index select one of its 2⁶⁴ streams.
///
/// # Panics
/// If `index` needs more than 56 bits.
pub fn stream(seed: u64, purpose: Purpose, index: u64) -> Stream {
    assert!(index < 1 << 56, "stream index {index} does not fit in 56 bits");
    let mut stream = Stream::seed_from_u64(seed);
    stream.set_stream((purpose as u64) << 56 | index);
    stream
}

/// Fills `out` with draws from N(0, 1), by the Box–Muller transform.
///
/// Implemented here, in double precision, so that no library upgrade changes a draw.
pub fn fill_normal(stream: &mut Stream, out: &mut [f32]) {
    for pair in out.chunks_mut(2) {
        let radius = (-2.0 * f64::ln(1.0 - stream.random::<f64>())).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * stream.random::<f64>()).sin_cos();
        pair[0] = (radius * cos) as f32;
        if let Some(second) = pair.get_mut(1) {
            *second = (radius * sin) as f32;
        }
    }
}

/// A uniform integer in 0..n, without bias (Lemire 2019, arXiv:1805.10941).
///
/// Implemented here for the same reason.
///
/// # Panics
/// If `n` is 0.
pub fn below(stream: &mut Stream, n: u64) -> u64 {
    assert!(n > 0, "the range 0..0 is empty");
    // 2⁶⁴ is not a multiple of n: reject the draws that would make some results more likely.
    let rejected = n.wrapping_neg() % n;
    loop {
        let product = u128::from(stream.next_u64()) * u128::from(n);
        if product as u64 >= rejected {
            return (product >> 64) as u64;
        }
    }
}

#[cfg(test)]
mod tests;
