//! Whether a picture file moves.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::AnimationDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;

/// Whether there is more in the file than the frame that is used. A file that cannot be read any
/// more is none that moves.
pub(crate) fn is_animated(path: &Path, format: &str) -> bool {
    moves(path, format).unwrap_or(false)
}

fn moves(path: &Path, format: &str) -> image::ImageResult<bool> {
    // The others hold one frame, and need not be opened.
    if !["GIF", "PNG", "WebP"].contains(&format) {
        return Ok(false);
    }
    let file = BufReader::new(File::open(path)?);
    match format {
        // Only the second frame tells that there is one.
        "GIF" => Ok(GifDecoder::new(file)?.into_frames().nth(1).is_some_and(|frame| frame.is_ok())),
        "PNG" => PngDecoder::new(file)?.is_apng(),
        _ => Ok(WebPDecoder::new(file)?.has_animation()),
    }
}
