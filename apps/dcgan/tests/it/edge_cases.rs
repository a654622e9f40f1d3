//! Unusual datasets: either they train, or one line says why not.

use std::fs;
use std::path::Path;

use image::{GrayImage, Luma, Rgb, RgbImage};

use crate::Place;

/// A place whose folder `cats` holds what `fill` puts there.
fn holding(fill: impl Fn(&Path)) -> Place {
    let place = Place::with_cats(0);
    fill(&place.path("cats"));
    place
}

/// Three steps, in which all losses are finite; the output.
#[track_caller]
fn trains(place: &Place) -> String {
    let outcome = place.train(&["--out", "run", "--steps", "3", "--log-every", "1"]).succeeded();
    let log = place.text("run/log.jsonl");
    assert_eq!(log.lines().count(), 3);
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        for loss in ["loss_g", "loss_d_real", "loss_d_fake"] {
            assert!(line[loss].as_f64().is_some_and(f64::is_finite), "{loss} in {line}");
        }
    }
    assert!(place.path("run/checkpoints/step_00000003.ckpt").is_file());
    outcome.out + &outcome.err
}

#[test]
fn one_image_trains() {
    let place = Place::with_cats(1);
    place.dcgan(&["data", "cats"]).ended(1).prints(&["cats: 1 usable image", "only 1 image: "]);
    assert!(trains(&place).contains("1 image from "));
}

#[test]
fn two_images_train() {
    let place = Place::with_cats(2);
    place.dcgan(&["data", "cats"]).ended(1).prints(&["cats: 2 usable images"]);
    assert!(trains(&place).contains("2 images from "));
}

#[test]
fn fewer_images_than_a_batch_train_and_epochs_are_still_of_images() {
    let place = Place::with_cats(3);
    // Eight epochs of three images are six steps of four.
    let args = ["--out", "run", "--epochs", "8", "--sample-every", "8"];
    place.train(&args).succeeded().prints(&["Training for 6 steps"]);
    assert_eq!(place.list("run/checkpoints"), ["step_00000006.ckpt"]);
}

#[test]
fn equal_images_train_with_a_warning() {
    let place = holding(|cats| {
        let cat = dcgan_data::cat(1, 0, 16, true);
        (0..6).for_each(|i| cat.save(cats.join(format!("{i}.png"))).unwrap());
    });
    place.dcgan(&["data", "cats"]).ended(1).prints(&["5 images identical to an earlier one"]);
    trains(&place);
}

#[test]
fn equal_images_of_one_colour_train_with_a_warning() {
    let place = holding(|cats| {
        let black = RgbImage::new(16, 16);
        (0..4).for_each(|i| black.save(cats.join(format!("{i}.png"))).unwrap());
    });
    let outcome = place.dcgan(&["data", "cats"]).ended(1);
    outcome.prints(&["3 images identical to", "4 images of nearly one colour"]);
    trains(&place);
}

#[test]
fn images_of_one_pixel_train_with_a_warning() {
    let place = holding(|cats| {
        for i in 0..3 {
            let pixel = RgbImage::from_pixel(1, 1, Rgb([90 * i, 200, 10]));
            pixel.save(cats.join(format!("{i}.png"))).unwrap();
        }
    });
    let outcome = place.dcgan(&["data", "cats"]).ended(1);
    outcome.prints(&[
        "16 × 16 × 3",
        "warning        3 images with a side shorter than 16",
        "3 images of nearly one colour",
    ]);
    trains(&place);
}

#[test]
fn a_panorama_trains() {
    let place = holding(|cats| {
        let wide = GrayImage::from_fn(20_000, 20, |x, y| Luma([(x * 7 + y * 11) as u8]));
        wide.save(cats.join("wide.png")).unwrap();
    });
    let outcome = place.dcgan(&["data", "cats"]).ended(1);
    outcome.prints(&["1 of 20000 × 20", "32 × 32 × 1", "1 image with a side shorter than 32"]);
    trains(&place);
}

#[test]
fn folders_without_a_file_are_an_error() {
    let place = holding(|cats| fs::create_dir_all(cats.join("a/b/c")).unwrap());
    place.dcgan(&["data", "cats"]).refused(2, &["no usable image in cats", "found nothing"]);
    place.train(&["--out", "run"]).refused(2, &["no usable image in cats", "found nothing"]);
    assert_eq!(place.list(""), ["cats"], "no run was started");
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn circular_links_are_reported_and_the_rest_trains() {
        let place = Place::with_cats(2);
        symlink(".", place.path("cats/loop")).unwrap();
        symlink("b.png", place.path("cats/a.png")).unwrap();
        symlink("a.png", place.path("cats/b.png")).unwrap();
        symlink("0.png", place.path("cats/link.png")).unwrap();
        let outcome = place.dcgan(&["data", "cats", "--list"]).ended(1);
        outcome.prints(&[
            "3 usable images",
            "3 files broken, truncated or unreadable",
            "cats/loop: is a link back to cats",
            "cats/a.png: ",
            "cats/b.png: ",
            "cats/link.png: identical to cats/0.png",
        ]);
        assert!(trains(&place).contains("warning: skipped "), "training reports it too");
    }

    #[test]
    fn nothing_but_a_circle_is_an_error() {
        let place = holding(|cats| symlink(".", cats.join("loop")).unwrap());
        let parts = ["no usable image in cats", "cats/loop: is a link back to cats"];
        place.dcgan(&["data", "cats"]).refused(2, &parts);
        place.train(&["--out", "run"]).refused(2, &parts);
    }

    #[test]
    fn names_that_are_not_utf_8_are_shown_lossily() {
        let place = Place::with_cats(2);
        let name = |bytes| place.path("cats").join(OsStr::from_bytes(bytes));
        fs::write(name(b"caf\xe9.png"), place.bytes("cats/0.png")).unwrap();
        fs::write(name(b"th\xe9.png"), "").unwrap();
        let outcome = place.dcgan(&["data", "cats", "--list"]).ended(1);
        outcome.prints(&[
            "3 usable images",
            "cats/caf\u{fffd}.png: identical",
            "cats/th\u{fffd}.png: is empty",
        ]);
        assert!(trains(&place).contains("th\u{fffd}.png: is empty"));
    }
}

/// config.toml is text, so such a path could not be found again when resuming; a link to it can.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_whose_path_is_not_utf_8_is_refused_with_a_workaround() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::with_cats(4);
    let odd = place.path("").join(OsStr::from_bytes(b"caf\xe9"));
    fs::rename(place.path("cats"), &odd).unwrap();
    let mut command = place.command(&["train", "--out", "run", "--steps", "1", "--data"]);
    let outcome = crate::Outcome::of(command.arg(&odd).output().unwrap());
    outcome.refused(2, &["--data is ", "not UTF-8", "resumed", "ln -s"]);
    assert!(!place.path("run").exists());

    std::os::unix::fs::symlink(&odd, place.path("cats")).unwrap();
    place.train(&["--out", "run", "--steps", "1"]).succeeded();
    place.dcgan(&["train", "--out", "run", "--resume", "--steps", "2"]).succeeded();
}
