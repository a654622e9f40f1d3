//! What a picture file is by its first bytes, and what it claims to be by its name.

use std::path::Path;

use image::ImageFormat;

/// The formats that can be read.
const FORMATS: [(ImageFormat, &str); 6] = [
    (ImageFormat::Png, "PNG"),
    (ImageFormat::Jpeg, "JPEG"),
    (ImageFormat::WebP, "WebP"),
    (ImageFormat::Bmp, "BMP"),
    (ImageFormat::Gif, "GIF"),
    (ImageFormat::Tiff, "TIFF"),
];

/// Extensions that claim a format. A file whose content is no picture is broken if it has one of
/// these, and else it is just something that lies there too.
const CLAIMS: [(&str, &str); 15] = [
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

/// What the first bytes tell, if it is a format that can be read, and what that is called.
pub(crate) fn of_content(head: &[u8]) -> Option<(&'static str, ImageFormat)> {
    let format = image::guess_format(head).ok()?;
    FORMATS.iter().find(|(known, _)| *known == format).map(|&(format, name)| (name, format))
}

/// What the extension of a file claims, if it claims to be a picture.
pub(crate) fn claimed(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    let claim = CLAIMS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known))?;
    Some(claim.1)
}
