//! The format of an image file, by its first bytes and by its name.

use std::path::Path;

use image::ImageFormat;

/// The formats that can be read.
const FORMATS: [(ImageFormat, &str); 7] = [
    (ImageFormat::Png, "PNG"),
    (ImageFormat::Jpeg, "JPEG"),
    (ImageFormat::WebP, "WebP"),
    (ImageFormat::Bmp, "BMP"),
    (ImageFormat::Gif, "GIF"),
    (ImageFormat::Tiff, "TIFF"),
    (ImageFormat::Pnm, "PNM"),
];

/// Extensions of image formats. A file with one of these whose content is not an image is broken; any
/// other file that is not an image just happens to be there.
const EXTENSIONS: [(&str, &str); 15] = [
    ("png", "PNG"),
    ("jpg", "JPEG"),
    ("jpeg", "JPEG"),
    ("jpe", "JPEG"),
    ("jfif", "JPEG"),
    ("webp", "WebP"),
    ("bmp", "BMP"),
    ("dib", "BMP"),
    ("gif", "GIF"),
    ("tif", "TIFF"),
    ("tiff", "TIFF"),
    ("avif", "AVIF"),
    ("heic", "HEIC"),
    ("heif", "HEIF"),
    ("tga", "TGA"),
];

/// The name and the format that the first bytes of a file show, if it can be read.
pub(crate) fn from_content(head: &[u8]) -> Option<(&'static str, ImageFormat)> {
    let big_tiff =
        [b"II\x2b\0".as_slice(), b"MM\0\x2b"].iter().any(|magic| head.starts_with(magic));
    let format = if big_tiff { ImageFormat::Tiff } else { image::guess_format(head).ok()? };
    FORMATS.iter().find(|(known, _)| *known == format).map(|&(format, name)| (name, format))
}

/// The name of the format that the extension of a file stands for, if for an image.
pub(crate) fn from_extension(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    let known = EXTENSIONS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known))?;
    Some(known.1)
}
