//! Whether a file may be data, by its content.

use std::io::{self, Read, Seek};

use image::ImageFormat;

use crate::Exclusion;
use crate::formats::entry::Entry;
use crate::formats::unsupported::CAMERA_RAW;
use crate::formats::{containers, image_format, unsupported};
use crate::own_files;

/// First bytes of a file that are looked at. SVG may start with a comment.
const HEAD: u64 = 512;

/// Why a file is not decoded. `None` if it is to be, or cannot be opened, which is for the
/// decoder to report.
pub(crate) fn exclusion(file: &Entry) -> Option<Exclusion> {
    by_content(file).unwrap_or(None)
}

fn by_content(entry: &Entry) -> io::Result<Option<Exclusion>> {
    if entry.planes().is_some() {
        return Ok(None);
    }
    let (path, mut file) = (entry.path(), entry.open_head()?);
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
    if let Some(name) = containers::from_content(&head) {
        return Ok(Some(Exclusion::Container(name)));
    }
    let container = containers::from_extension(path).filter(|_| !head.is_empty());
    Ok(match claimed {
        Some(name) if !head.is_empty() => Some(Exclusion::Unsupported(name)),
        None if image_format::from_extension(path).is_none() => {
            Some(container.map_or(Exclusion::NotAnImage, Exclusion::Container))
        }
        // Its name promises an image: the decoder says what is wrong.
        _ => None,
    })
}

/// Whether the file is named like an image of this program, and is one. Others are not opened.
pub(super) fn is_output(file: &Entry) -> bool {
    let named = file.path().extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("png") || extension.eq_ignore_ascii_case("gif")
    });
    named && file.open_head().is_ok_and(own_files::is_own_image)
}
