//! The format of an image file, by its first bytes and by its name.

use std::path::Path;

use image::ImageFormat;

use super::unsupported;

/// The formats that can be read, with their extensions.
const FORMATS: [(ImageFormat, &str, &[&str]); 7] = [
    (ImageFormat::Png, "PNG", &["png"]),
    (ImageFormat::Jpeg, "JPEG", &["jpg", "jpeg", "jpe", "jfif"]),
    (ImageFormat::WebP, "WebP", &["webp"]),
    (ImageFormat::Bmp, "BMP", &["bmp", "dib"]),
    (ImageFormat::Gif, "GIF", &["gif"]),
    (ImageFormat::Tiff, "TIFF", &["tif", "tiff"]),
    (ImageFormat::Pnm, "PNM", &["pnm", "pbm", "pgm", "ppm", "pam"]),
];

/// The names of the formats that can be read, for a message.
pub(crate) const NAMES: &str = "PNG, JPEG, WebP, BMP, GIF, TIFF and PNM";

/// The name and the format that the first bytes of a file show, if it can be read.
pub(crate) fn from_content(head: &[u8]) -> Option<(&'static str, ImageFormat)> {
    let format = image::guess_format(head).ok()?;
    if format == ImageFormat::Pnm && !is_pnm(head) {
        return None;
    }
    FORMATS.iter().find(|(known, ..)| *known == format).map(|&(format, name, _)| (name, format))
}

/// A text may start with `P1` too. A PNM continues with white space and a number, or with a comment; a
/// PAM with a line of its own.
fn is_pnm(head: &[u8]) -> bool {
    let Some([b'P', kind, rest @ ..]) = head.get(..) else { return false };
    let next = rest.trim_ascii_start();
    let spaced = next.len() < rest.len() && next.first().is_some_and(u8::is_ascii_digit);
    if *kind == b'7' { rest.starts_with(b"\n") } else { spaced || next.starts_with(b"#") }
}

/// The name of the format that the extension of a file stands for, if for an image. A file with such an
/// extension whose content is not an image is broken; any other file that is not an image just happens
/// to be there.
pub(crate) fn from_extension(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    let has = |extensions: &[&str]| extensions.iter().any(|e| extension.eq_ignore_ascii_case(e));
    let readable = FORMATS.iter().find(|(_, _, extensions)| has(extensions));
    readable.map(|(_, name, _)| *name).or_else(|| unsupported::from_extension(path))
}
