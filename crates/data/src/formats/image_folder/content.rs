//! Whether a file may be data, by its content.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use image::ImageFormat;

use crate::Exclusion;
use crate::formats::unsupported::CAMERA_RAW;
use crate::formats::{image_format, unsupported};
use crate::own_files;

/// First bytes of a file that are looked at. SVG may start with a comment.
const HEAD: u64 = 512;

/// Why the file at `path` is not decoded. `None` if it is to be, or cannot be opened, which is for the
/// decoder to report.
pub(super) fn exclusion(path: &Path) -> Option<Exclusion> {
    by_content(path).unwrap_or(None)
}

fn by_content(path: &Path) -> io::Result<Option<Exclusion>> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    let claimed = unsupported::from_extension(path);
    if let Some(name) = unsupported::from_content(&head) {
        return Ok(Some(Exclusion::Unsupported(name)));
    }
    if let Some((_, format)) = image_format::from_content(&head) {
        let raw = format == ImageFormat::Tiff && claimed == Some(CAMERA_RAW);
        let may_be_own = matches!(format, ImageFormat::Png | ImageFormat::Gif);
        file.rewind()?;
        let own = may_be_own && own_files::is_own_image(file);
        let raw = raw.then_some(Exclusion::Unsupported(CAMERA_RAW));
        return Ok(if own { Some(Exclusion::Output) } else { raw });
    }
    Ok(match claimed {
        Some(name) if !head.is_empty() => Some(Exclusion::Unsupported(name)),
        None if image_format::from_extension(path).is_none() => Some(Exclusion::NotAnImage),
        // Its name promises an image: the decoder says what is wrong.
        _ => None,
    })
}

/// Whether the file is named like an image of this program, and is one. Others are not opened.
pub(super) fn is_output(path: &Path) -> bool {
    let named = path.extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("png") || extension.eq_ignore_ascii_case("gif")
    });
    named && File::open(path).is_ok_and(own_files::is_own_image)
}
