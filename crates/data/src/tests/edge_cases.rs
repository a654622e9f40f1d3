//! Sets that nobody makes on purpose: a clear error or a sensible set, never a panic or a hang.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use image::{GrayImage, ImageFormat, Luma};

use super::image_folder::{encoded, png};
use super::{Place, assert_contains, load_at, message, shape, survey_at};
use crate::{Source, Survey, examine, load};

/// Runs `action` after the first image, on a single thread.
fn after_the_first<T: Send>(
    action: impl Fn() + Sync + Send,
    work: impl FnOnce(crate::Progress) -> T + Send,
) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let done = AtomicBool::new(false);
    let progress = |_: usize, _: usize| {
        if !done.swap(true, SeqCst) {
            action();
        }
    };
    pool.install(|| work(&progress))
}

#[test]
fn one_pixel_is_an_image() {
    let place = Place::new();
    place.put("a.png", png(1, [9, 8, 7]));
    place.put("b.bmp", encoded(GrayImage::from_pixel(1, 1, Luma([5])), ImageFormat::Bmp));
    assert_eq!(survey_at(place.all()).unwrap().side, 1);
    let (images, report) = load_at(place.all(), shape(16, 3)).unwrap();
    assert_eq!(report.skipped, []);
    assert_eq!(images.as_bytes(), [[9, 8, 7].repeat(256), [5, 5, 5].repeat(256)].concat());
}

#[test]
fn of_a_panorama_the_middle_is_used() {
    let place = Place::new();
    let lit = 9_990..10_010;
    let wide =
        GrayImage::from_fn(20_000, 20, |x, _| Luma([if lit.contains(&x) { 200 } else { 0 }]));
    place.put("wide.png", encoded(wide, ImageFormat::Png));
    assert_eq!(survey_at(place.all()).unwrap(), Survey { images: 1, channels: 1, side: 20 });
    let (images, report) = load_at(place.all(), shape(20, 1)).unwrap();
    assert_eq!(images.as_bytes(), [200; 400]);
    assert_eq!(report.sizes[&(20_000, 20)], 1);
}

#[test]
fn files_that_vanish_while_others_are_read_are_named_and_skipped() {
    let place = Place::new();
    let names = ["a.png", "b.png", "c.png"];
    names.iter().for_each(|name| drop(place.put(name, png(16, [1, 2, 3]))));
    let source = Source::at(place.all()).unwrap();
    let remove = || ["b.png", "c.png"].iter().for_each(|n| fs::remove_file(place.path(n)).unwrap());
    let (images, report) =
        after_the_first(remove, |progress| load(&source, shape(16, 3), progress)).unwrap();
    assert_eq!(images.len(), 1);
    let skipped: Vec<_> = report.skipped.iter().map(|s| s.path.clone()).collect();
    assert_eq!(skipped, [place.path("b.png"), place.path("c.png")]);
    assert_contains(&report.skipped[0].reason, &["No such file"]);
}

#[test]
fn a_folder_that_vanishes_after_the_survey_is_an_error() {
    let place = Place::new();
    place.put("set/a.png", png(16, [1, 2, 3]));
    let source = Source::at(&place.path("set")).unwrap();
    assert_eq!(crate::survey(&source).unwrap().images, 1);
    fs::remove_dir_all(place.path("set")).unwrap();
    let text = message(load(&source, shape(16, 3), &|_, _| ()));
    assert_contains(&text, &["no usable image in", "1 unreadable file", "No such file"]);
}

#[test]
fn a_file_that_vanishes_after_it_was_read_is_examined_as_far_as_it_can_be() {
    let place = Place::new();
    place.put("a.gif", encoded(image::RgbaImage::new(16, 16), ImageFormat::Gif));
    let source = Source::at(place.all()).unwrap();
    let remove = || fs::remove_file(place.path("a.gif")).unwrap();
    let examination =
        after_the_first(remove, |progress| examine(&source, shape(16, 3), progress)).unwrap();
    assert_eq!((examination.images, examination.findings.animated.len()), (1, 0));
}
