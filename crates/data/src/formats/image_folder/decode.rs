//! From one image file to bytes.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::jpeg;
use crate::Shape;
use crate::crop_resize::crop_resize;
use crate::formats::image_format;

/// The most memory that a decoded image may take. A header of a few bytes can announce more than any
/// machine has.
const MAX_BYTES: u64 = 512 << 20;

/// Why a file is not used.
pub(super) enum Unusable {
    NotAnImage,
    Broken(String),
}

impl<E: std::error::Error> From<E> for Unusable {
    fn from(error: E) -> Self {
        let text = error.to_string();
        Self::Broken(text.lines().next().unwrap_or("cannot be read").to_owned())
    }
}

/// The shorter side of an image and whether it is grey, from its header.
pub(super) fn read_header(path: &Path) -> Result<(usize, bool), Unusable> {
    let (_, format, file) = open(path)?;
    let decoder = ImageReader::with_format(file, format).into_decoder()?;
    let (width, height) = decoder.dimensions();
    let grey = matches!(
        decoder.color_type(),
        ColorType::L8 | ColorType::L16 | ColorType::La8 | ColorType::La16
    );
    Ok((width.min(height) as usize, grey))
}

/// Writes the image at `path` into `out` and returns its format and its (width, height).
pub(super) fn decode(
    path: &Path,
    shape: Shape,
    out: &mut [u8],
) -> Result<(&'static str, (usize, usize)), Unusable> {
    let (name, format, mut file) = open(path)?;
    if format == ImageFormat::Jpeg {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if !jpeg::is_complete(&bytes) {
            return Err(broken("is cut off"));
        }
        file.rewind()?;
    }
    let mut decoder = ImageReader::with_format(file, format).into_decoder()?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(broken("has no pixels"));
    }
    if decoder.total_bytes() > MAX_BYTES {
        return Err(broken(&format!("is {width} × {height} pixels, too many to decode")));
    }
    // A camera stores what its sensor saw, along with which way was up.
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    crop_resize(&image, shape, out);
    Ok((name, (width as usize, height as usize)))
}

/// The file at `path` and its format by its first bytes.
fn open(path: &Path) -> Result<(&'static str, ImageFormat, BufReader<File>), Unusable> {
    let mut file = BufReader::new(File::open(path)?);
    let mut head = Vec::new();
    file.by_ref().take(64).read_to_end(&mut head)?;
    file.rewind()?;
    match image_format::from_content(&head) {
        Some((name, format)) => Ok((name, format, file)),
        None if image_format::from_extension(path).is_none() => Err(Unusable::NotAnImage),
        None if head.is_empty() => Err(broken("is empty")),
        None => {
            Err(broken("is not a PNG, JPEG, WebP, BMP, GIF, TIFF or PNM, whatever its name says"))
        }
    }
}

fn broken(reason: &str) -> Unusable {
    Unusable::Broken(reason.to_owned())
}
