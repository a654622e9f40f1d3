//! What the criterion suites share: the shapes of the default networks, random data, a pool of threads, and
//! the length of a measurement.
//!
//! | suite | measures | unit of its throughput |
//! |---|---|---|
//! | `conv` | the three passes of every convolution | `Gelem/s` = GFLOP/s |
//! | `norm` | batch normalisation and activations | bytes moved |
//! | `step` | a whole training step, and inference | `elem/s` = images per second |
//! | `infer` | one image of `dcgan-infer`, beside `dcgan-gan` | milliseconds |
//! | `core_latency` | the round trip of a cache line between two threads | |
//!
//! The binary `tune` times the training step with other block sizes.
//!
//! It knows the default networks' shapes and criterion; a test checks the shapes against the networks. It
//! must never know what a measurement should be: figures are in `docs/performance.md`.
//!
//! ```
//! use dcgan_benches::{BATCH, DISCRIMINATOR, normal};
//!
//! let second = &DISCRIMINATOR[1];
//! assert_eq!(second.x(), (BATCH, 32, 32, 32));
//! assert_eq!(normal(second.w(), 0).dim(), (4, 4, 32, 64));
//! ```
//!
//! `cargo bench -p dcgan-benches` runs all five, `--bench conv -- '64→128'` a part of one, on one thread for
//! each core or as many as `RAYON_NUM_THREADS` says.

use std::time::Duration;

use criterion::Criterion;
use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::pool::Threads;
use dcgan_tensor::{Dims, Window};
use ndarray::Array4;

/// The batch size of the default configuration.
pub const BATCH: usize = 64;

const HALVE: Window = Window { kernel: 4, stride: 2, pad: 1 };

const FULL: Window = Window { kernel: 4, stride: 1, pad: 0 };

/// The discriminator's convolutions, first to last.
pub const DISCRIMINATOR: [Convolution; 5] = [
    Convolution::new(64, 3, 32, HALVE),
    Convolution::new(32, 32, 64, HALVE),
    Convolution::new(16, 64, 128, HALVE),
    Convolution::new(8, 128, 256, HALVE),
    Convolution::new(4, 256, 1, FULL),
];

/// The generator's transposed convolutions, first to last, each as the convolution that it
/// transposes: `x` and `c_in` belong to the output of the transposed one.
pub const GENERATOR: [Convolution; 5] = [
    Convolution::new(4, 256, 100, FULL),
    Convolution::new(8, 128, 256, HALVE),
    Convolution::new(16, 64, 128, HALVE),
    Convolution::new(32, 32, 64, HALVE),
    Convolution::new(64, 3, 32, HALVE),
];

/// The maps (side, channels) that the batch norms of the default networks see: all four in the
/// generator, all but the first in the discriminator.
pub const NORMALISED: [(usize, usize); 4] = [(32, 32), (16, 64), (8, 128), (4, 256)];

/// The sizes of a convolution of square images.
#[derive(Clone, Copy, Debug)]
pub struct Convolution {
    /// Side of x in pixels.
    pub side: usize,
    /// Channels of x.
    pub c_in: usize,
    /// Channels of y.
    pub c_out: usize,
    /// Its window.
    pub window: Window,
}

impl Convolution {
    const fn new(side: usize, c_in: usize, c_out: usize, window: Window) -> Self {
        Self { side, c_in, c_out, window }
    }

    /// Sizes of a batch of x.
    pub fn x(&self) -> Dims {
        (BATCH, self.side, self.side, self.c_in)
    }

    /// Sizes of a batch of y.
    pub fn y(&self) -> Dims {
        let side = self.window.conv_size(self.side);
        (BATCH, side, side, self.c_out)
    }

    /// Sizes of its weights.
    pub fn w(&self) -> Dims {
        (self.window.kernel, self.window.kernel, self.c_in, self.c_out)
    }

    /// Floating-point operations in each of the three passes over a batch:
    /// 2·n·h_out·w_out·kernel²·c_in·c_out. Products with the zeros of the padding count, since the
    /// matrix product computes them.
    pub fn flops(&self) -> u64 {
        let (n, h, w, c_out) = self.y();
        2 * (n * h * w * self.window.taps() * self.c_in * c_out) as u64
    }
}

/// Samples of N(0, 1); different for each `index`.
pub fn normal((n, h, w, c): Dims, index: u64) -> Array4<f32> {
    let mut x = Array4::zeros((n, h, w, c));
    let floats = x.as_slice_mut().expect("a fresh array is contiguous");
    fill_normal(&mut stream(0, Purpose::Noise, index), floats);
    x
}

/// The threads to measure on, each pinned to its own processor. Run the whole of `Bencher::iter` inside, so
/// that no iteration pays for entering the pool.
///
/// # Panics
/// If the threads cannot be started.
pub fn pool() -> Threads {
    Threads::new(None).expect("threads to measure on")
}

/// Criterion with short measurements, so that all suites take a few minutes; the command line
/// can ask for longer ones.
pub fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_millis(1500))
        .configure_from_args()
}

#[cfg(test)]
mod tests;
