//! The built-in pictures: faces of cats, each a function of (seed, number).

mod background;
mod brush;
mod coat;
mod draws;
mod face;
mod portrait;

use std::sync::atomic::{AtomicUsize, Ordering};

use dcgan_random::{Purpose, fill_normal, stream};
use image::{DynamicImage, RgbaImage};
use rayon::prelude::*;

use self::draws::Draws;
use self::portrait::Portrait;
use crate::fit::fit;
use crate::{DataError, Progress, Report, Shape, Sink};

/// Standard deviation of the grain, in steps of a byte.
const GRAIN: f32 = 8.0;

/// The cat number `index` of `seed`, `side` pixels wide and high, before a background or a
/// transparent one.
///
/// # Panics
/// If `side` is 0.
pub fn cat(seed: u64, index: u64, side: u32, background: bool) -> RgbaImage {
    let mut draws = Draws(stream(seed, Purpose::Synthetic, index));
    let mut picture = Portrait::draw(&mut draws).paint(side, background);
    grain(&mut picture, &mut draws);
    picture
}

/// Gives a picture the grain of paper. On perfectly flat colours the least unevenness would betray
/// what is generated, and a discriminator would look for nothing else.
fn grain(picture: &mut RgbaImage, draws: &mut Draws) {
    let mut noise = vec![0.0; 3 * picture.width() as usize];
    for row in picture.rows_mut() {
        fill_normal(&mut draws.0, &mut noise);
        for (pixel, noise) in row.zip(noise.chunks_exact(3)) {
            // Where nothing is painted there is no paper.
            let [colours @ .., alpha] = &mut pixel.0;
            for (byte, noise) in colours.iter_mut().zip(noise).filter(|_| *alpha > 0) {
                *byte = (f32::from(*byte) + GRAIN * noise).round().clamp(0.0, 255.0) as u8;
            }
        }
    }
}

/// So many cats; transparent around them if the shape has room for that.
pub(crate) fn read(
    count: usize,
    seed: u64,
    shape: Shape,
    progress: Progress,
    sink: Sink,
) -> Result<Report, DataError> {
    let (mut bytes, done) = (Vec::new(), AtomicUsize::new(0));
    for first in (0..count).step_by(shape.block()) {
        bytes.resize(shape.block().min(count - first) * shape.len(), 0);
        bytes.par_chunks_exact_mut(shape.len()).enumerate().for_each(|(i, out)| {
            let cat = cat(seed, (first + i) as u64, shape.side as u32, shape.channels < 4);
            fit(&DynamicImage::from(cat), shape, out);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, count);
        });
        sink(&bytes).map_err(DataError::Kept)?;
    }
    Ok(Report::uniform("drawn", (shape.side, shape.side), count))
}
