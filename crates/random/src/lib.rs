//! Random numbers without a generator to carry around.
//!
//! Every random float of this workspace is a function of three values: the user's **seed**, the
//! [`Purpose`] it is drawn for, and an **index** (a step, an epoch, a picture). [`stream`] turns
//! the three into a generator that nobody else uses. So a run that is stopped and resumed needs
//! to remember its step and nothing else, and adding a draw in one place changes none elsewhere.
//!
//! This crate knows generators. It must never know pictures, networks, files, or the clock.
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

pub use rand::{Rng, RngExt, SeedableRng};

/// The generator behind every stream: ChaCha with 8 rounds, by name, since `StdRng` may change
/// with an upgrade of `rand`.
pub type Stream = rand::rngs::ChaCha8Rng;

/// What a stream is drawn for. The numbers are part of the format of a run: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// The first weights of a network; the index is the network.
    Init = 1,
    /// The latents of a training step; the index is the step.
    Latent = 2,
    /// The order of the pictures; the index is the epoch.
    Shuffle = 3,
    /// The latent of one generated picture, whose seed is the seed; the index is 0.
    Sample = 4,
    /// The built-in pictures; the index is the picture.
    Drawn = 5,
    /// Stand-in pictures for measuring; the index is the batch.
    Noise = 6,
    /// Where patches lie by which sets of pictures are compared; the index is the level and picture.
    Patch = 7,
    /// The directions in which they are compared; the index is the level and direction.
    Direction = 8,
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
/// Written out here, in double precision, so that no upgrade of a library changes a draw.
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

/// A number below `n`, each with exactly the same chance (Lemire, 2019, arXiv:1805.10941).
///
/// Written out here for the same reason.
///
/// # Panics
/// If `n` is 0.
pub fn below(stream: &mut Stream, n: u64) -> u64 {
    assert!(n > 0, "there is no number below 0");
    // Of the 2⁶⁴ draws so many are one too many for some of the numbers; they are drawn again.
    let surplus = n.wrapping_neg() % n;
    loop {
        let product = u128::from(stream.next_u64()) * u128::from(n);
        if product as u64 >= surplus {
            return (product >> 64) as u64;
        }
    }
}

#[cfg(test)]
mod tests;
