use dcgan_random::{RngExt, Stream};
use ndarray::ArrayViewMut3;

/// Number of partial sums, which are always added in the same order.
const LANES: usize = 16;

/// Floats that a lane adds up in single precision.
const BLOCK: usize = 64 * LANES;

/// Changes brightness, then saturation, then contrast. Every channel is treated alike, that of transparency too.
///
/// Let P replace each float by the mean of its pixel's channels, and M by the mean of the image. Then x becomes x + b,
/// that s·x + (1 − s)·P·x, and that c·x + (1 − c)·M·x. Since M·P = M, and both keep a constant image as it is, together
/// they are
///
/// ```text
/// A·x + b,    A = c·s + c·(1 − s)·P + (1 − c)·M
/// ```
///
/// P and M are symmetric, so A is its own adjoint. With one channel P·x is x, and saturation changes nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    /// b: what is added, in [−½, ½).
    pub brightness: f32,
    /// s: the factor of the difference from a pixel's mean, in [0, 2).
    pub saturation: f32,
    /// c: the factor of the difference from the image's mean, in [½, 3⁄2).
    pub contrast: f32,
}

impl Colour {
    pub(super) fn draw(stream: &mut Stream) -> Self {
        let mut uniform = || stream.random::<f64>();
        let brightness = (uniform() - 0.5) as f32;
        let saturation = (uniform() * 2.0) as f32;
        let contrast = (uniform() + 0.5) as f32;
        Self { brightness, saturation, contrast }
    }

    /// x ← A·x + b.
    ///
    /// # Panics
    /// If the image is not contiguous, or has not 1, 3 or 4 channels.
    pub fn apply(&self, image: ArrayViewMut3<f32>) {
        self.map(image, self.brightness);
    }

    /// g ← A·g.
    ///
    /// # Panics
    /// As [`apply`](Self::apply).
    pub fn adjoint(&self, gradient: ArrayViewMut3<f32>) {
        self.map(gradient, 0.0);
    }

    /// x ← A·x + b.
    fn map(&self, mut image: ArrayViewMut3<f32>, b: f32) {
        let channels = image.dim().2;
        let pixels = image.as_slice_mut().expect("an image is contiguous");
        let (s, c) = (self.saturation, self.contrast);
        let constant = (1.0 - c) * mean(pixels) + b;
        match channels {
            1 => each_pixel::<1>(pixels, c * s, c * (1.0 - s), constant),
            3 => each_pixel::<3>(pixels, c * s, c * (1.0 - s), constant),
            4 => each_pixel::<4>(pixels, c * s, c * (1.0 - s), constant),
            _ => panic!("an image of {channels} channels"),
        }
    }
}

/// x ← own·x + grey·P·x + constant.
fn each_pixel<const CHANNELS: usize>(pixels: &mut [f32], own: f32, grey: f32, constant: f32) {
    let (pixels, _) = pixels.as_chunks_mut::<CHANNELS>();
    for pixel in pixels {
        let sum: f32 = pixel.iter().sum();
        let shared = grey / CHANNELS as f32 * sum + constant;
        *pixel = pixel.map(|x| own * x + shared);
    }
}

fn mean(pixels: &[f32]) -> f32 {
    let sum = |block: &[f32]| {
        let mut lanes = [0.0f32; LANES];
        for row in block.chunks(LANES) {
            lanes.iter_mut().zip(row).for_each(|(lane, x)| *lane += x);
        }
        lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>()
    };
    let sum: f64 = pixels.chunks(BLOCK).map(sum).sum();
    (sum / pixels.len() as f64) as f32
}
