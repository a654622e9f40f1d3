//! Files with the extension of an image that do not hold one.

use flate2::Crc;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage};

use super::image_folder::{encoded, png};
use super::{Place, assert_contains, load_at, shape, survey_at};
use crate::DataError;

/// A chunk of a PNG file.
pub(super) fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(body);
    let length = (body.len() as u32).to_be_bytes();
    [&length, &name[..], body, &sum.sum().to_be_bytes()].concat()
}

/// An image that no format compresses well.
fn grainy() -> RgbImage {
    RgbImage::from_fn(64, 64, |x, y| Rgb([x * y, x * 5 + y, y * y].map(|byte| byte as u8)))
}

/// Why the file is skipped; a good file in the same folder is used.
fn reason(name: &str, bytes: &[u8]) -> String {
    let place = Place::new();
    place.put("good.png", png(16, [1, 2, 3]));
    place.put(name, bytes);
    let (images, report) = load_at(place.all(), shape(16, 3)).unwrap();
    assert_eq!((images.len(), report.skipped.len()), (1, 1), "{name} of {} bytes", bytes.len());
    report.skipped[0].reason.clone()
}

#[test]
fn a_truncated_file_is_not_an_image() {
    for (name, format) in [
        ("a.png", ImageFormat::Png),
        ("a.jpg", ImageFormat::Jpeg),
        ("a.webp", ImageFormat::WebP),
        ("a.bmp", ImageFormat::Bmp),
        ("a.gif", ImageFormat::Gif),
        ("a.tif", ImageFormat::Tiff),
    ] {
        let whole = encoded(grainy(), format);
        for percent in [2, 10, 30, 50, 70, 90] {
            let text = reason(name, &whole[..whole.len() * percent / 100]);
            assert!(!text.is_empty() && !text.contains('\n'), "{name} {percent} %: {text}");
        }
    }
}

/// A JPEG whose EXIF data contains a thumbnail with its own end marker.
fn photograph() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    let thumbnail = encoded(RgbImage::new(8, 8), ImageFormat::Jpeg);
    encoder.set_exif_metadata([b"MM\0\x2a\0\0\0\x08\0\0", &thumbnail[..]].concat()).unwrap();
    encoder.write_image(&grainy(), 64, 64, ExtendedColorType::Rgb8).unwrap();
    bytes
}

#[test]
fn a_jpeg_is_whole_if_its_own_end_is_there() {
    let whole = photograph();
    let place = Place::new();
    place.put("a.jpg", &whole);
    place.put("b.jpg", [&whole[..], b"what a camera appends"].concat());
    place.put("c.jpg", [&whole[..], &[0; 512]].concat());
    assert_eq!(load_at(place.all(), shape(16, 3)).unwrap().0.len(), 3);
    for missing in [2, 100, whole.len() / 3] {
        assert_eq!(reason("d.jpg", &whole[..whole.len() - missing]), "is cut off");
    }
}

#[test]
fn a_header_that_promises_more_than_memory_holds_is_not_believed() {
    let side = 60_000u32.to_be_bytes();
    let header = [&side[..], &side, &[8, 2, 0, 0, 0]].concat();
    let bytes = [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &header),
        &chunk(b"IDAT", &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]),
        &chunk(b"IEND", b""),
    ]
    .concat();
    assert_contains(&reason("a.png", &bytes), &["60000 × 60000", "too many"]);
}

#[test]
fn an_image_without_pixels_is_refused() {
    let screen = [&b"GIF89a"[..], &[0, 0, 0, 0, 0x80, 0, 0], &[0; 6]].concat();
    let frame = [0x2c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0x2c, 0, 0x3b];
    assert_eq!(reason("a.gif", &[&screen[..], &frame].concat()), "has no pixels");
}

#[test]
fn a_folder_of_broken_files_names_all_of_them() {
    let place = Place::new();
    let cut = png(16, [1, 2, 3]);
    place.put("a.png", "");
    place.put("b.png", &cut[..50]);
    place.put("notes.txt", "notes");
    let named = |error: DataError| match error {
        DataError::NoImages { report, .. } => report.skipped.into_iter().map(|s| s.path).collect(),
        other => vec![other.to_string().into()],
    };
    let both = [place.path("a.png"), place.path("b.png")];
    // The header of b is intact, so a survey counts it.
    assert_eq!(survey_at(place.all()).unwrap().images, 1);
    assert_eq!(named(load_at(place.all(), shape(16, 3)).unwrap_err()), both);
    place.put("b.png", "");
    assert_eq!(named(survey_at(place.all()).unwrap_err()), both);
}
