use std::fs::{self, File};

use image::codecs::gif::GifEncoder;
use image::{Frame, Rgb, RgbImage};

use crate::{Place, size};

#[test]
fn a_folder_is_described_and_shown() {
    let place = Place::with_cats(10);
    fs::write(place.path("cats/notes.txt"), "notes").unwrap();
    let outcome = place.dcgan(&["data", "cats", "--preview", "sheet.png"]).ended(1);
    outcome.prints(&[
        "10 usable images",
        "10 PNG",
        "10 of 16 × 16",
        "16 × 16 × 3",
        "skipped        1 non-image file",
        "red            0 ",
        "warning        only 10 images: ",
        "files          with --list",
    ]);
    assert_eq!(size(&place.path("sheet.png")), (8 * 18 + 2, 2 * 18 + 2));
}

#[test]
fn a_set_of_enough_images_in_order_has_no_problem() {
    let place = Place::with_cats(500);
    let outcome = place.dcgan(&["data", "cats"]).succeeded();
    outcome.prints(&["500 usable images", "problems       none found"]);
    assert!(!outcome.out.contains("warning") && !outcome.out.contains("--list"), "{}", outcome.out);
    // A note is not a warning.
    let outcome = place.dcgan(&["data", "cats", "--image-size", "16", "--channels", "1"]);
    assert!(!outcome.succeeded().out.contains("note"));
    place.draw_cat("cats/smaller.png", 500, 15);
    let note = "note           1 image with a side shorter than 16: kept, enlarged";
    place.dcgan(&["data", "cats"]).succeeded().prints(&[note]);
}

#[test]
fn folders_of_a_set_are_its_classes() {
    let place = Place::new();
    for (folder, images) in [("cats", 3), ("tigers", 4)] {
        fs::create_dir_all(place.path(&format!("set/{folder}"))).unwrap();
        (0..images).for_each(|i| place.draw_cat(&format!("set/{folder}/{i}.png"), i, 16));
    }
    place.dcgan(&["data", "set"]).ended(1).prints(&["classes        4 tigers, 3 cats"]);
    let report = place.dcgan(&["data", "set", "--json"]).ended(1).out;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["classes"], serde_json::json!({ "cats": 3, "tigers": 4 }));
    let cats = place.dcgan(&["data", "set/cats"]).ended(1).out;
    assert!(!cats.contains("classes"), "{cats}");
}

/// Ten cats, and a problem of each kind.
fn odd_cats() -> Place {
    let place = Place::with_cats(10);
    let cats = place.path("cats");
    let put = |name: &str, bytes: &[u8]| fs::write(cats.join(name), bytes).unwrap();
    put("broken.png", b"not an image");
    put("empty.jpg", b"");
    put("again.png", &place.bytes("cats/3.png"));
    put("wrong.jpg", &place.bytes("cats/4.png"));
    RgbImage::from_pixel(16, 16, Rgb([9, 9, 9])).save(cats.join("grey.png")).unwrap();
    image::imageops::thumbnail(&dcgan_data::cat(1, 90, 16, true), 8, 16)
        .save(cats.join("little.png"))
        .unwrap();
    let mut moving = GifEncoder::new(File::create(cats.join("moving.gif")).unwrap());
    moving.encode_frames([50, 51].map(|i| Frame::new(dcgan_data::cat(1, i, 16, true)))).unwrap();
    place
}

/// The lines about [`odd_cats`], and the names with each.
const ODD: [(&str, &[&str]); 6] = [
    (
        "warning        2 files broken, truncated or unreadable: skipped",
        &["cats/broken.png: is not a PNG", "cats/empty.jpg: is empty"],
    ),
    (
        "warning        2 images identical to an earlier one: kept",
        &["cats/again.png: ", "cats/wrong.jpg: identical to cats/4.png"],
    ),
    ("warning        1 image of nearly one colour: kept", &["cats/grey.png"]),
    (
        "warning        1 image with a side shorter than 16: kept, enlarged",
        &["cats/little.png: 8 × 16"],
    ),
    ("warning        1 image animated: kept, first frame only", &["cats/moving.gif"]),
    (
        "warning        1 image with the extension of another format: kept",
        &["cats/wrong.jpg: is PNG, not JPEG"],
    ),
];

#[test]
fn problems_are_counted_and_are_warnings() {
    let outcome = odd_cats().dcgan(&["data", "cats"]).ended(1);
    outcome.prints(&ODD.map(|(line, _)| line));
    outcome.prints(&["15 usable images", "files          with --list"]);
    for (_, names) in ODD {
        names
            .iter()
            .for_each(|name| assert!(!outcome.out.contains(name), "{name}: {}", outcome.out));
    }
    assert_eq!(outcome.err, "");
}

#[test]
fn with_list_every_problem_is_named() {
    let outcome = odd_cats().dcgan(&["data", "cats", "--list"]).ended(1);
    let mut lines = outcome.out.lines();
    for (kind, names) in ODD {
        assert!(lines.any(|line| line.starts_with(kind)), "`{kind}` is not in:\n{}", outcome.out);
        for name in names {
            let line = lines.next().unwrap_or_default();
            assert!(line.starts_with("  ") && line.contains(name), "`{name}` is not `{line}`");
        }
    }
    assert_eq!(lines.next(), None, "{}", outcome.out);
}

#[test]
fn images_a_little_too_small_are_not_a_warning() {
    let place = Place::with_cats(0);
    (0..3).for_each(|i| place.draw_cat(&format!("cats/{i}.png"), i, 20));
    let outcome = place.dcgan(&["data", "cats"]).ended(1);
    outcome.prints(&["note           3 images with a side shorter than 32: kept, enlarged"]);
    let outcome = place.dcgan(&["data", "cats", "--image-size", "64"]).ended(1);
    outcome.prints(&["warning        3 images with a side shorter than 64: kept, enlarged"]);
    // A note after a warning does not cancel it.
    fs::write(place.path("cats/empty.png"), "").unwrap();
    place.dcgan(&["data", "cats"]).ended(1).prints(&["warning        1 file", "note           3"]);
}

#[test]
fn a_set_that_cannot_be_used_has_a_code_of_its_own() {
    let place = Place::new();
    fs::create_dir(place.path("cats")).unwrap();
    fs::write(place.path("cats/a.png"), "").unwrap();
    fs::write(place.path("cats/b.png"), "").unwrap();
    let outcome = place.dcgan(&["data", "cats"]).refused(2, &["no usable image in cats"]);
    assert_eq!(outcome.out, "");
    let outcome = place.dcgan(&["data", "cats", "--list"]).refused(2, &["no usable image in cats"]);
    assert_eq!(outcome.out, "cats/a.png: is empty\ncats/b.png: is empty\n");
}

#[test]
fn the_preview_is_what_training_sees() {
    let place = Place::with_run();
    place.dcgan(&["data", "cats", "--preview", "sheet.png"]).ended(1);
    assert_eq!(place.bytes("sheet.png"), place.bytes("run/reals.png"));
}

#[test]
fn without_a_path_it_shows_the_built_in_cats() {
    let place = Place::new();
    place.dcgan(&["data", "--image-size", "16", "--preview", "sheet.png"]).succeeded();
    assert_eq!(size(&place.path("sheet.png")), (8 * 18 + 2, 8 * 18 + 2));
}

#[test]
fn the_pages_that_are_not_used_are_counted() {
    let place = Place::with_cats(2);
    let matrix = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/data/tests/matrix/files/");
    fs::copy(format!("{matrix}tiff/five-pages.tif"), place.path("cats/stack.tif")).unwrap();
    let outcome = place.dcgan(&["data", "cats", "--list"]).ended(1);
    outcome.prints(&[
        "warning        1 image of several pages: kept, first page only",
        "cats/stack.tif: first of 5 pages",
    ]);
}
