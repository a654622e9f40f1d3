//! The augmentation of D's images and its adjoint, one change after the other, with its own draws.

use dcgan_gan::Augment;
use dcgan_random::{RngExt, Stream, below};

use super::layers::Tensor;

/// The random numbers of one image.
pub(super) struct Drawn {
    brightness: f64,
    saturation: f64,
    contrast: f64,
    /// Rows, then columns.
    shift: [isize; 2],
    centre: [isize; 2],
}

/// Those of every image of a batch.
pub(super) fn draw(images: usize, side: usize, stream: &mut Stream) -> Vec<Drawn> {
    let side = side as u64;
    let draw = |_| {
        let [brightness, saturation, contrast] = [(); 3].map(|()| stream.random::<f64>());
        let shift = [(); 2].map(|()| below(stream, side / 4 + 1) as isize - side as isize / 8);
        Drawn {
            brightness: brightness - 0.5,
            saturation: 2.0 * saturation,
            contrast: contrast + 0.5,
            shift,
            centre: [(); 2].map(|()| below(stream, side + 1) as isize),
        }
    };
    (0..images).map(draw).collect()
}

pub(super) fn apply(augment: Augment, drawn: &[Drawn], images: &mut Tensor) {
    let (_, side, _, channels) = images.dims;
    for (image, drawn) in images.data.chunks_mut(side * side * channels).zip(drawn) {
        if augment.colour {
            image.iter_mut().for_each(|x| *x += drawn.brightness);
            image.chunks_mut(channels).for_each(|pixel| from_mean(pixel, drawn.saturation));
            from_mean(image, drawn.contrast);
        }
        if augment.translation {
            translate(image, side, channels, drawn.shift);
        }
        if augment.cutout {
            cut_out(image, side, channels, drawn.centre);
        }
    }
}

/// Takes the gradient in the augmented images to that in the images.
pub(super) fn adjoint(augment: Augment, drawn: &[Drawn], gradient: &mut Tensor) {
    let (_, side, _, channels) = gradient.dims;
    for (image, drawn) in gradient.data.chunks_mut(side * side * channels).zip(drawn) {
        if augment.cutout {
            cut_out(image, side, channels, drawn.centre);
        }
        if augment.translation {
            translate(image, side, channels, drawn.shift.map(|shift| -shift));
        }
        if augment.colour {
            from_mean(image, drawn.contrast);
            image.chunks_mut(channels).for_each(|pixel| from_mean(pixel, drawn.saturation));
        }
    }
}

/// Scales the difference from the mean.
fn from_mean(values: &mut [f64], scale: f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter_mut().for_each(|x| *x = (*x - mean) * scale + mean);
}

fn translate(image: &mut [f64], side: usize, channels: usize, [rows, columns]: [isize; 2]) {
    let from = image.to_vec();
    let inside = 0..side as isize;
    for (at, x) in image.iter_mut().enumerate() {
        let (pixel, channel) = (at / channels, at % channels);
        let (row, column) = ((pixel / side) as isize - rows, (pixel % side) as isize - columns);
        let is_known = inside.contains(&row) && inside.contains(&column);
        let pixel = row * side as isize + column;
        *x = if is_known { from[pixel as usize * channels + channel] } else { 0.0 };
    }
}

fn cut_out(image: &mut [f64], side: usize, channels: usize, [row, column]: [isize; 2]) {
    let half = side as isize / 4;
    for (pixel, values) in image.chunks_mut(channels).enumerate() {
        let distances = [(pixel / side) as isize - row, (pixel % side) as isize - column];
        if distances.iter().all(|distance| (-half..half).contains(distance)) {
            values.fill(0.0);
        }
    }
}
