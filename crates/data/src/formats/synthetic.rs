//! The built-in data set: faces of cats, each a function of (seed, index).

mod background;
mod brush;
mod coat;
mod draws;
mod face;
mod portrait;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use dcgan_random::{Purpose, fill_normal, stream};
use image::{DynamicImage, RgbaImage};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use self::draws::Draws;
use self::portrait::Portrait;
use super::Format;
use crate::crop_resize::crop_resize;
use crate::{DataError, Progress, Report, Shape, Sink, Survey};

/// Standard deviation of the grain, in steps of a byte.
const GRAIN: f32 = 8.0;

/// The cat number `index` of `seed`, `side` pixels wide and high, in front of a background or a
/// transparent one.
///
/// # Panics
/// If `side` is 0.
pub fn cat(seed: u64, index: u64, side: u32, background: bool) -> RgbaImage {
    let mut draws = Draws(stream(seed, Purpose::Synthetic, index));
    let mut image = Portrait::draw(&mut draws).paint(side, background);
    add_grain(&mut image, &mut draws);
    image
}

/// Adds the grain of paper. On perfectly flat colours the slightest unevenness would expose generated
/// images, and a discriminator would learn nothing else.
fn add_grain(image: &mut RgbaImage, draws: &mut Draws) {
    let mut noise = vec![0.0; 3 * image.width() as usize];
    for row in image.rows_mut() {
        fill_normal(&mut draws.0, &mut noise);
        for (pixel, noise) in row.zip(noise.chunks_exact(3)) {
            // Transparent pixels stay as they are.
            let [colours @ .., alpha] = &mut pixel.0;
            for (byte, noise) in colours.iter_mut().zip(noise).filter(|_| *alpha > 0) {
                *byte = (f32::from(*byte) + GRAIN * noise).round().clamp(0.0, 255.0) as u8;
            }
        }
    }
}

/// The first `count` cats of `seed`; without a background if the shape has an alpha channel.
pub(crate) struct Synthetic {
    pub(crate) count: usize,
    pub(crate) seed: u64,
}

impl fmt::Display for Synthetic {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the built-in cats")
    }
}

impl Format for Synthetic {
    fn survey(&self) -> Result<Survey, DataError> {
        Ok(Survey { images: self.count, channels: 3, side: 64 })
    }

    fn read(&self, shape: Shape, progress: Progress, sink: Sink) -> Result<Report, DataError> {
        let Self { count, seed } = *self;
        let (mut bytes, done) = (Vec::new(), AtomicUsize::new(0));
        for first in (0..count).step_by(shape.images_per_block()) {
            bytes.resize(shape.images_per_block().min(count - first) * shape.len(), 0);
            bytes.par_chunks_exact_mut(shape.len()).enumerate().for_each(|(i, out)| {
                let cat = cat(seed, (first + i) as u64, shape.side as u32, shape.channels < 4);
                crop_resize(&DynamicImage::from(cat), shape, out);
                progress(done.fetch_add(1, Ordering::Relaxed) + 1, count);
            });
            sink.take(&bytes).map_err(DataError::Store)?;
        }
        Ok(Report::uniform("synthetic", (shape.side, shape.side), count))
    }

    fn hash(&self, hash: &mut Sha256) -> Result<(), DataError> {
        // The name under which existing caches were written.
        hash.update(b"drawn");
        hash.update((self.count as u64).to_le_bytes());
        hash.update(self.seed.to_le_bytes());
        Ok(())
    }
}
