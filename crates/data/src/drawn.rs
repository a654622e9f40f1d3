//! The built-in pictures: faces of cats, each a function of (seed, number).

mod background;
mod brush;
mod coat;
mod draws;
mod face;
mod portrait;

use std::sync::atomic::{AtomicUsize, Ordering};

use dcgan_random::{Purpose, stream};
use image::{DynamicImage, RgbaImage};
use rayon::prelude::*;

use self::draws::Draws;
use self::portrait::Portrait;
use crate::fit::fit;
use crate::{Pictures, Progress, Report, Shape};

/// The cat number `index` of `seed`, `side` pixels wide and high, before a background or a
/// transparent one.
///
/// # Panics
/// If `side` is 0.
pub fn cat(seed: u64, index: u64, side: u32, background: bool) -> RgbaImage {
    let mut draws = Draws(stream(seed, Purpose::Drawn, index));
    Portrait::draw(&mut draws).paint(side, background)
}

/// So many cats; transparent around them if the shape has room for that.
pub(crate) fn load(
    count: usize,
    seed: u64,
    shape: Shape,
    progress: Progress,
) -> (Pictures, Report) {
    let mut bytes = vec![0; count * shape.len()];
    let done = AtomicUsize::new(0);
    bytes.par_chunks_exact_mut(shape.len()).enumerate().for_each(|(i, out)| {
        let cat = cat(seed, i as u64, shape.side as u32, shape.channels < 4);
        fit(&DynamicImage::from(cat), shape, out);
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, count);
    });
    let size = (shape.side, shape.side);
    (Pictures::new(shape, bytes), Report::uniform("drawn", size, count))
}
