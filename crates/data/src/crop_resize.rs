//! From an image of any size and colour type to bytes of the shape that a network expects.

use image::imageops::{self, FilterType};
use image::{ColorType, DynamicImage, Rgb, RgbImage, Rgba, Rgba32FImage};

use crate::Shape;

/// When shrinking, the filter is stretched to the larger pixels, so that finer detail is averaged
/// rather than aliased; the same as PIL, and torch with `antialias=True`.
const FILTER: FilterType = FilterType::Lanczos3;

/// Writes the central square of `image`, resized, into `out` (h, w, c). Transparent images are
/// composited on white unless `shape` has four channels.
///
/// Cropping comes first, so that no part of a panorama is resized only to be discarded.
pub(crate) fn crop_resize(image: &DynamicImage, shape: Shape, out: &mut [u8]) {
    let (width, height) = (image.width(), image.height());
    let cut = width.min(height);
    let (x, y) = ((width - cut) / 2, (height - cut) / 2);
    let side = shape.side as u32;
    match (image, shape.channels) {
        // What needs no conversion needs no copy either.
        (DynamicImage::ImageLuma8(grey), 1) => {
            let square = imageops::crop_imm(grey, x, y, cut, cut);
            out.copy_from_slice(&imageops::resize(&*square, side, side, FILTER));
        }
        (DynamicImage::ImageRgb8(rgb), 3) => {
            let square = imageops::crop_imm(rgb, x, y, cut, cut);
            out.copy_from_slice(&imageops::resize(&*square, side, side, FILTER));
        }
        (_, channels) => converted(&image.crop_imm(x, y, cut, cut), channels, side, out),
    }
}

fn converted(square: &DynamicImage, channels: usize, side: u32, out: &mut [u8]) {
    match channels {
        1 => {
            let grey = if square.color().has_color() || square.color().has_alpha() {
                DynamicImage::from(on_white(square)).into_luma8()
            } else {
                square.to_luma8()
            };
            out.copy_from_slice(&imageops::resize(&grey, side, side, FILTER));
        }
        3 => out.copy_from_slice(&imageops::resize(&on_white(square), side, side, FILTER)),
        _ => out.copy_from_slice(DynamicImage::from(with_alpha(square, side)).to_rgba8().as_raw()),
    }
}

/// The most memory that [`crop_resize`] needs for an image of this size and type.
pub(crate) fn memory((width, height): (usize, usize), pixel: ColorType, shape: Shape) -> u64 {
    let (cut, side) = (width.min(height) as u64, shape.side as u64);
    let copy = u64::from(pixel.bytes_per_pixel());
    let per_pixel = match (pixel, shape.channels) {
        (ColorType::L8, 1) | (ColorType::Rgb8, 3) => 0,
        // RGBA, RGB and grey bytes.
        (_, 1 | 3) => copy + 4 + 3 + 1,
        // RGBA as floats.
        _ => copy + 16,
    };
    // Resizing in two passes takes four floats for each pixel.
    cut * cut * per_pixel + 16 * side * (cut + 2 * side)
}

/// Composited on a white background.
fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let over = |&Rgba([r, g, b, a]): &Rgba<u8>| {
        let over =
            |c: u8| ((u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a)) + 127) / 255) as u8;
        Rgb([over(r), over(g), over(b)])
    };
    let rgba = image.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| over(rgba.get_pixel(x, y)))
}

/// Resized with colours premultiplied by alpha; otherwise the hidden colours of transparent pixels
/// would bleed into the edges of visible ones.
fn with_alpha(image: &DynamicImage, side: u32) -> Rgba32FImage {
    let mut pixels = image.to_rgba32f();
    if pixels.dimensions() == (side, side) {
        return pixels;
    }
    for Rgba([r, g, b, a]) in pixels.pixels_mut() {
        for c in [r, g, b] {
            *c *= *a;
        }
    }
    let mut resized = imageops::resize(&pixels, side, side, FILTER);
    for Rgba([r, g, b, a]) in resized.pixels_mut() {
        *a = a.clamp(0.0, 1.0);
        // Below half a byte of alpha the colour cannot be recovered.
        let weight = if *a > 0.5 / 255.0 { 1.0 / *a } else { 0.0 };
        for c in [r, g, b] {
            *c = (*c * weight).clamp(0.0, 1.0);
        }
    }
    resized
}
