//! Archives of images, which are read like the folders that they were made from.

mod classes;
mod folders;
mod hostile;
mod pack;
mod shards;
mod tables;

use std::path::Path;

use image::{GrayImage, Luma, Rgb, RgbImage};

use self::pack::{DEFLATED, Packed, STORED, gzip, packed, tar, zip, zip64};
use super::image_folder::{encoded, png};
use super::{Place, load_at, shape, survey_at};
use crate::{DataError, Exclusion, Report, Source, examine, sample, subset};

/// An image that differs from those of other numbers.
fn cat(i: u8, format: image::ImageFormat) -> Vec<u8> {
    let pixel = |x: u32, y: u32| Rgb([x as u8 * i, y as u8 * 3 + i, (x * y) as u8]);
    encoded(RgbImage::from_fn(20 + u32::from(i), 24, pixel), format)
}

/// Images in folders whose order is not that of the paths as texts, and other files.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    use image::ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    let mut files = vec![
        ("b/2.png", cat(1, Png)),
        ("a.b/1.jpg", cat(2, Jpeg)),
        ("a/deep/1.webp", cat(3, WebP)),
        ("a-1.gif", cat(4, Gif)),
        ("a/z.bmp", cat(5, Bmp)),
        ("a/y.tif", cat(6, Tiff)),
        ("a/named-wrongly.jpg", cat(7, Png)),
        ("a/grey.png", encoded(GrayImage::from_pixel(30, 20, Luma([9])), Png)),
        ("a/cut.png", cat(8, Png)[..200].to_vec()),
        ("empty.jpg", Vec::new()),
        ("notes.txt", b"notes".to_vec()),
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        ("clip.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isomavc1".to_vec()),
        ("._b.png", b"\0\x05\x16\x07".to_vec()),
        ("b/.DS_Store", b"1".to_vec()),
        ("__MACOSX/._2.png", b"\0\x05\x16\x07".to_vec()),
        ("__MACOSX/b/._2.png", b"\0\x05\x16\x07".to_vec()),
        (".git/x.png", cat(9, Png)),
    ];
    files.push(("z.png", files[0].1.clone()));
    files
}

fn all_packed(method: u16) -> Vec<Packed> {
    files().into_iter().map(|(name, bytes)| packed(name, bytes, method)).collect()
}

/// What became of the files, by their names below `root`.
fn fates(report: &Report, root: &Path) -> Vec<String> {
    let root = root.to_string_lossy();
    let name = |path: &Path| {
        let path = path.to_string_lossy().into_owned();
        path.strip_prefix(&*root).unwrap().trim_start_matches(['/', ':', ' ']).to_owned()
    };
    let images = report
        .files
        .iter()
        .map(|file| format!("{} {} {:?}", name(file.path()), file.format, file.size));
    let excluded = report.excluded.iter().map(|e| format!("{} {}", name(&e.path), e.why));
    let skipped = report.skipped.iter().map(|s| format!("{}: {}", name(&s.path), s.reason));
    images.chain(excluded).chain(skipped).collect()
}

#[test]
fn an_archive_is_read_like_the_folder_in_it() {
    let place = Place::new();
    for (name, bytes) in files() {
        place.put(&format!("folder/{name}"), bytes);
    }
    let folder = place.path("folder");
    let (images, report) = load_at(&folder, shape(16, 3)).unwrap();
    assert_eq!((images.len(), report.skipped.len(), report.excluded.len()), (9, 2, 7));
    let inner = zip(&all_packed(STORED));
    for (name, bytes) in [
        ("stored.zip", inner.clone()),
        ("deflated", zip(&all_packed(DEFLATED))),
        ("large.zip", zip64(&all_packed(DEFLATED))),
        ("set.tar", tar(&all_packed(STORED))),
        ("set.tar.gz", gzip(&tar(&all_packed(STORED)))),
        ("set.tgz", gzip(&tar(&all_packed(STORED)))),
    ] {
        let path = place.put(name, bytes);
        assert_eq!(survey_at(&path).unwrap(), survey_at(&folder).unwrap(), "{name}");
        let (same, about) = load_at(&path, shape(16, 3)).unwrap();
        assert!(same == images, "{name}");
        assert_eq!(fates(&about, &path), fates(&report, &folder), "{name}");
    }
    for (name, bytes) in [
        ("outer.zip", zip(&[packed("in.zip", &inner, STORED)])),
        ("packed-twice.zip", zip(&[packed("x/in.zip", &inner, DEFLATED)])),
        ("outer.tar", tar(&[packed("in.zip", &inner, STORED)])),
        ("tar-in.zip", zip(&[packed("in.tar.gz", gzip(&tar(&all_packed(STORED))), DEFLATED)])),
    ] {
        let path = place.put(name, bytes);
        assert!(load_at(&path, shape(16, 3)).unwrap().0 == images, "{name}");
    }
}

#[test]
fn files_in_an_archive_are_named_with_it() {
    let place = Place::new();
    let inner =
        zip(&[packed("x/empty.png", "", STORED), packed("x/a.png", png(16, [1; 3]), STORED)]);
    let path = place.put("outer.zip", zip(&[packed("in.zip", inner, DEFLATED)]));
    let (_, report) = load_at(&path, shape(16, 3)).unwrap();
    let expected = |name: &str| format!("{}: in.zip: x/{name}", path.display());
    assert_eq!(report.skipped[0].path.display().to_string(), expected("empty.png"));
    assert_eq!(report.files[0].path().display().to_string(), expected("a.png"));
}

/// Whether each finding is about the same images.
#[test]
fn problems_samples_and_subsets_are_those_of_the_folder() {
    let place = Place::new();
    for (name, bytes) in files() {
        place.put(&format!("folder/{name}"), bytes);
    }
    let sources = [
        place.path("folder"),
        place.put("set.zip", zip(&all_packed(DEFLATED))),
        place.put("set.tar", tar(&all_packed(STORED))),
    ]
    .map(|path| Source::at(&path).unwrap());
    let [folder, others @ ..] = &sources;
    let examined = |source| examine(source, shape(32, 3), &|_, _| ()).unwrap();
    let (expected, wanted) = (examined(folder), [1, 3, 4, 8]);
    assert!(expected.findings.duplicates.len() == 1 && expected.findings.misnamed.len() == 1);
    for source in others {
        let found = examined(source);
        assert_eq!(found.findings, expected.findings);
        assert_eq!(found.channels, expected.channels);
        let some = subset(source, &found.report, shape(16, 3), &wanted).unwrap();
        assert!(some == subset(folder, &expected.report, shape(16, 3), &wanted).unwrap());
        let some = |source| sample(source, shape(16, 3), 4, &|_, _| ()).unwrap();
        let (sampled, of_folder) = (some(source), some(folder));
        assert!(sampled.images == of_folder.images && sampled.indices == of_folder.indices);
        assert_eq!((sampled.total, sampled.files.len()), (of_folder.total, of_folder.files.len()));
    }
}

#[test]
fn of_several_files_with_one_name_the_last_is_used() {
    let place = Place::new();
    let twice = [
        packed("a/x.png", png(16, [1; 3]), STORED),
        packed("b.png", png(16, [2; 3]), DEFLATED),
        packed("./a//x.png", png(16, [3; 3]), DEFLATED),
    ];
    for (name, bytes) in [("a.zip", zip(&twice)), ("a.tar", tar(&twice))] {
        let (images, _) = load_at(&place.put(name, bytes), shape(16, 1)).unwrap();
        assert_eq!((images.len(), images.get(0)[0], images.get(1)[0]), (2, 3, 2), "{name}");
    }
}

#[test]
fn archives_of_other_things_say_what_is_in_them() {
    let place = Place::new();
    let array = b"\x93NUMPY\x01\0";
    for (name, files, part) in [
        ("a.npz", vec![packed("x.npy", array, STORED)], "1 NumPy array (pass it alone; unpack it"),
        ("b.zip", vec![packed("x.txt", "text", STORED)], "found 1 non-image file"),
        ("c.zip", vec![packed("x.mat", "1", STORED)], "1 MATLAB file (save its images as an .npy"),
        ("d.zip", vec![], "found nothing"),
        ("e.zip", vec![packed("x.heic", "1", STORED)], "1 HEIC image (convert to PNG first"),
    ] {
        let path = place.put(name, zip(&files));
        super::assert_contains(&super::message(survey_at(&path)), &["no usable image in", part]);
        super::assert_contains(&super::message(load_at(&path, shape(16, 3))), &[part]);
    }
}

fn excluded(result: Result<(crate::Images, Report), DataError>) -> Vec<Exclusion> {
    result.unwrap().1.excluded.into_iter().map(|excluded| excluded.why).collect()
}
