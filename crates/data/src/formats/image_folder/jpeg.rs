//! JPEG. The decoder fills missing data with grey, which a generator would learn to reproduce, so
//! [`scans`] prepares a file such that missing data is an error.

mod header;
mod scans;

use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{Decoder, Error, PixelFormat};

pub(super) use self::header::Header;

use self::scans::End;
use super::decode::{Unusable, broken};

/// The pixels of a file with this header.
pub(super) fn decode(header: &Header, file: Vec<u8>) -> Result<DynamicImage, Unusable> {
    let (bytes, end) = scans::guarded(&file).ok_or_else(cut_off)?;
    drop(file);
    let mut decoder = Decoder::new(&bytes[..]);
    decoder.set_color_transform(header.colours());
    let pixels = decoder.decode().map_err(|error| match (end, error) {
        (End::Missing, _) => cut_off(),
        (End::Found, Error::Format(why)) => broken(&format!("is damaged or incomplete ({why})")),
        (End::Found, error) => error.into(),
    })?;
    let (width, height) = (header.width, header.height);
    let image = match decoder.info().map(|info| info.pixel_format) {
        Some(PixelFormat::L8) => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        Some(PixelFormat::RGB24) => {
            RgbImage::from_raw(width, height, pixels).map(DynamicImage::from)
        }
        Some(PixelFormat::CMYK32) => {
            RgbImage::from_raw(width, height, cmyk_to_rgb(pixels)).map(DynamicImage::from)
        }
        Some(PixelFormat::L16) | None => None,
    };
    image.ok_or_else(|| broken("is damaged"))
}

fn cut_off() -> Unusable {
    broken("is cut off")
}

/// In place. No ink is 0.
pub(super) fn cmyk_to_rgb(mut pixels: Vec<u8>) -> Vec<u8> {
    let count = pixels.len() / 4;
    for i in 0..count {
        let white = 255 - u32::from(pixels[4 * i + 3]);
        for c in 0..3 {
            let ink = u32::from(pixels[4 * i + c]);
            pixels[3 * i + c] = (white - (ink * white + 127) / 255) as u8;
        }
    }
    pixels.truncate(3 * count);
    pixels
}
