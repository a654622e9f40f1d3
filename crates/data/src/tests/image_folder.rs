use std::fs;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{
    DynamicImage, ExtendedColorType, GrayImage, ImageEncoder, ImageFormat, Luma, Rgb, RgbImage,
};

use super::{Place, assert_contains, load_at, message, shape, survey_at};
use crate::{Excluded, Exclusion, Source, Survey, load};

pub(super) fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// An image of one colour.
pub(super) fn plain(side: u32, colour: [u8; 3]) -> RgbImage {
    RgbImage::from_pixel(side, side, Rgb(colour))
}

pub(super) fn png(side: u32, colour: [u8; 3]) -> Vec<u8> {
    encoded(plain(side, colour), ImageFormat::Png)
}

#[test]
fn all_formats_are_read_whatever_the_files_are_called() {
    let place = Place::new();
    let colour = [200, 100, 50];
    for (name, format) in [
        ("a.PNG", ImageFormat::Png),
        ("b.jpg", ImageFormat::Jpeg),
        ("deep/er/c.WeBp", ImageFormat::WebP),
        ("deep/d.png", ImageFormat::Bmp),
        ("e", ImageFormat::Gif),
        ("f.txt", ImageFormat::Tiff),
    ] {
        place.put(name, encoded(plain(20, colour), format));
    }
    let (images, report) = load_at(place.all(), shape(16, 3)).unwrap();
    assert_eq!(images.len(), 6, "{report:?}");
    assert!(report.skipped.is_empty() && report.excluded.is_empty(), "{report:?}");
    let formats: Vec<_> = report.formats.into_iter().collect();
    assert_eq!(formats, ["BMP", "GIF", "JPEG", "PNG", "TIFF", "WebP"].map(|name| (name, 1)));
    for byte in images.as_bytes().chunks(3).flat_map(|p| p.iter().zip(colour)) {
        assert!(byte.0.abs_diff(byte.1) <= 3, "{byte:?}");
    }
}

#[test]
fn the_order_is_that_of_the_paths_on_any_number_of_threads() {
    let place = Place::new();
    for i in [3u8, 1, 2, 0] {
        place.put(&format!("{}/{i}.png", i / 2), png(16, [i, i, i]));
    }
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (images, _) = pool.install(|| load_at(place.all(), shape(16, 1))).unwrap();
        assert_eq!([0, 1, 2, 3].map(|i| images.get(i)[0]), [0, 1, 2, 3]);
    }
}

#[test]
fn broken_files_are_named_and_skipped_and_others_passed_over() {
    let place = Place::new();
    place.put("b-good.png", png(16, [9, 9, 9]));
    place.put("d-good.png", png(16, [7, 7, 7]));
    let whole = png(40, [1, 2, 3]);
    place.put("a-cut.png", &whole[..whole.len() / 2]);
    place.put("c-empty.jpg", "");
    place.put("e-page.jpeg", "<html>404</html>");
    place.put("notes.txt", "nothing to see");
    place.put(".hidden.png", "\x00\x05\x16\x07");
    let (images, report) = load_at(place.all(), shape(16, 1)).unwrap();
    assert_eq!((images.len(), images.get(0)[0], images.get(1)[0]), (2, 9, 7));
    assert_eq!(report.formats["PNG"], 2);
    let excluded = [(".hidden.png", Exclusion::HiddenFile), ("notes.txt", Exclusion::NotAnImage)];
    assert_eq!(
        report.excluded,
        excluded.map(|(name, why)| Excluded { path: place.path(name), why })
    );
    let skipped: Vec<_> = report.skipped.iter().map(|s| s.path.file_name().unwrap()).collect();
    assert_eq!(skipped, ["a-cut.png", "c-empty.jpg", "e-page.jpeg"]);
    assert_eq!(report.skipped[1].reason, "is empty");
    assert_contains(&report.skipped[2].reason, &["whatever its name says"]);
    assert!(report.skipped.iter().all(|s| !s.reason.contains('\n')));
}

#[test]
fn a_folder_without_images_reports_what_was_searched_and_found() {
    let place = Place::new();
    let both = || [message(survey_at(place.all())), message(load_at(place.all(), shape(16, 3)))];
    for text in both() {
        assert_contains(
            &text,
            &["no usable image in", "PNG, JPEG, WebP, BMP, GIF, TIFF and PNM", "nothing"],
        );
    }
    place.put("a.txt", "x");
    for text in both() {
        assert_contains(&text, &["1 non-image file"]);
    }
    place.put("b.png", "");
    for text in both() {
        assert_contains(&text, &["1 unreadable file", "b.png: is empty", "1 non-image file"]);
    }
}

#[test]
fn a_survey_tells_grey_from_colour_and_the_usual_size() {
    let place = Place::new();
    let grey = |side| encoded(GrayImage::from_pixel(side, 2 * side, Luma([5])), ImageFormat::Png);
    for (i, side) in [20, 28, 900].into_iter().enumerate() {
        place.put(&format!("{i}.png"), grey(side));
    }
    assert_eq!(survey_at(place.all()).unwrap(), Survey { images: 3, channels: 1, side: 28 });
    place.put("colour.png", png(28, [1, 2, 3]));
    assert_eq!(survey_at(place.all()).unwrap().channels, 3);
}

/// A JPEG whose left half is white, with an EXIF orientation.
fn photograph(orientation: u8) -> Vec<u8> {
    let image = GrayImage::from_fn(32, 32, |x, _| Luma([if x < 16 { 255 } else { 0 }]));
    let exif = [
        b"MM\0\x2a\0\0\0\x08\0\x01".as_slice(),
        &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.write_image(&image, 32, 32, ExtendedColorType::L8).unwrap();
    bytes
}

#[test]
fn photographs_stand_the_way_they_were_taken() {
    // Where the white half ends up, for a camera held straight, upside down, and on either side.
    let at = |images: &crate::Images, x: usize, y: usize| images.get(0)[y * 16 + x] > 128;
    for (orientation, white) in [(1, (2, 8)), (3, (13, 8)), (6, (8, 2)), (8, (8, 13))] {
        let place = Place::new();
        let path = place.put("photo.jpg", photograph(orientation));
        let (images, _) = load_at(&path, shape(16, 1)).unwrap();
        let bright: Vec<bool> = [(2, 8), (13, 8), (8, 2), (8, 13)]
            .map(|(x, y)| at(&images, x, y) && (x, y) == white)
            .to_vec();
        assert_eq!(bright.iter().filter(|&&b| b).count(), 1, "orientation {orientation}");
    }
}

#[test]
fn palettes_sixteen_bits_and_alpha_are_all_right() {
    let place = Place::new();
    let image = DynamicImage::from(plain(16, [200, 100, 50]));
    place.put("deep.png", encoded(image.to_rgb16(), ImageFormat::Png));
    place.put("grey-deep.png", encoded(image.to_luma16(), ImageFormat::Png));
    place.put("alpha.png", encoded(image.to_rgba8(), ImageFormat::Png));
    place.put("grey-alpha.png", encoded(image.to_luma_alpha8(), ImageFormat::Png));
    place.put("palette.gif", encoded(image.to_rgba8(), ImageFormat::Gif));
    let (images, report) = load_at(place.all(), shape(16, 3)).unwrap();
    assert_eq!((images.len(), report.skipped.len()), (5, 0));
    for (i, colour) in
        [[200, 100, 50], [200, 100, 50], [118; 3], [118; 3], [200, 100, 50]].iter().enumerate()
    {
        let close =
            images.get(i).iter().zip(colour.iter().cycle()).all(|(a, b)| a.abs_diff(*b) <= 6);
        assert!(close, "image {i}: {:?} for {colour:?}", &images.get(i)[..3]);
    }
}

#[test]
fn one_image_file_is_a_set_of_one() {
    let place = Place::new();
    let path = place.put("only.png", png(20, [1, 2, 3]));
    assert_eq!(load_at(&path, shape(16, 3)).unwrap().0.len(), 1);
}

#[test]
fn what_holds_no_images_is_refused() {
    let place = Place::new();
    assert_contains(&message(Source::at(&place.path("missing"))), &["cannot read", "missing"]);
    let archive = place.put("set.zip", "PK\x03\x04 and more");
    assert_contains(
        &message(Source::at(&archive)),
        &["set.zip", "is a zip archive that is cut off"],
    );
    assert_contains(&message(Source::at(&place.put("empty", ""))), &["is empty"]);
    assert_contains(
        &message(Source::at(&place.put("text", "hello"))),
        &["not a folder, archive, image, .npy array"],
    );
}

#[test]
fn progress_reaches_the_end() {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    let place = Place::new();
    (0..5).for_each(|i| drop(place.put(&format!("{i}.png"), png(16, [i; 3]))));
    let (calls, furthest) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let progress = |done: usize, total: usize| {
        assert_eq!(total, 5);
        calls.fetch_add(1, SeqCst);
        furthest.fetch_max(done, SeqCst);
    };
    load(&Source::at(place.all()).unwrap(), shape(16, 3), &progress).unwrap();
    assert_eq!((calls.into_inner(), furthest.into_inner()), (5, 5));
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_but_not_round_and_round() {
        let place = Place::new();
        place.put("real/a.png", png(16, [1, 2, 3]));
        symlink(place.path("real"), place.path("linked")).unwrap();
        symlink(place.all(), place.path("real/loop")).unwrap();
        symlink(place.path("nowhere"), place.path("dangling.png")).unwrap();
        place.put("a-broken.png", "");
        let (images, report) = load_at(place.all(), shape(16, 3)).unwrap();
        assert_eq!(images.len(), 1, "the folder is read by its first path only");
        let reasons: Vec<_> = report.skipped.iter().map(|s| s.reason.as_str()).collect();
        assert_eq!(reasons.len(), 4, "{reasons:?}");
        assert!(report.skipped.is_sorted(), "{:?}", report.skipped);
        let count = |part: &str| reasons.iter().filter(|reason| reason.starts_with(part)).count();
        assert_eq!((count("is a link back to"), count("has been read already")), (1, 1));
    }

    #[test]
    fn names_need_not_be_text() {
        let place = Place::new();
        let name = OsStr::from_bytes(b"caf\xe9.png");
        fs::write(place.all().join(name), png(16, [1, 2, 3])).unwrap();
        assert_eq!(load_at(place.all(), shape(16, 3)).unwrap().0.len(), 1);
    }
}
