//! Whether an image file holds more than the picture that is used.

use std::io::BufReader;

use image::AnimationDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;

use crate::formats::entry::Entry;
use crate::formats::image_folder::tiff;

/// Whether the file is animated; false if it can no longer be read.
pub(crate) fn is_animated(file: &Entry, format: &str) -> bool {
    has_frames(file, format).unwrap_or(false)
}

fn has_frames(file: &Entry, format: &str) -> image::ImageResult<bool> {
    // The other formats hold one frame, and need not be opened.
    if !["GIF", "PNG", "WebP"].contains(&format) {
        return Ok(false);
    }
    let file = BufReader::new(file.open()?);
    match format {
        // A GIF does not announce its frames; only the second one proves that there are several.
        "GIF" => Ok(GifDecoder::new(file)?.into_frames().nth(1).is_some_and(|frame| frame.is_ok())),
        "PNG" => PngDecoder::new(file)?.is_apng(),
        _ => Ok(WebPDecoder::new(file)?.has_animation()),
    }
}

/// The pages of the file; 1 if its format has none, or it can no longer be read.
pub(crate) fn pages(file: &Entry, format: &str) -> usize {
    let count = || tiff::pages(&mut BufReader::new(file.open_head()?));
    if format == "TIFF" { count().unwrap_or(1) } else { 1 }
}
