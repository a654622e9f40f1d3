use std::fs::{self, File};

use image::codecs::gif::GifEncoder;
use image::{Frame, Rgb, RgbImage};
use serde_json::{Value, json};

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

/// Six cats beside all that can be left out.
fn mixed() -> Place {
    let place = Place::with_cats(6);
    for (name, bytes) in [
        ("cats/.DS_Store", &b"1"[..]),
        ("cats/.ipynb_checkpoints/0-checkpoint.png", &place.bytes("cats/0.png")),
        ("cats/a.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("cats/b.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("cats/labels.csv", b"a,b"),
        ("cats/more/c.svg", b"<svg/>"),
        ("cats/more/d.ppm", b"P3 2 2 255 1 2 3 4 5 6 7 8 9 10 11 12"),
    ] {
        let path = place.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    place
}

#[test]
fn all_that_is_left_out_is_counted_and_named() {
    let place = mixed();
    let lines = [
        "7 usable images",
        "6 PNG, 1 PNM",
        "skipped        1 hidden folder\n",
        "skipped        1 hidden file\n",
        "skipped        1 non-image file\n",
        "warning        2 HEIC images that cannot be read: skipped; convert to PNG first, for example with: magick mogrify -format png *.HEIC\n",
        "warning        1 SVG image that cannot be read: skipped; ",
    ];
    let outcome = place.dcgan(&["data", "cats"]).ended(1);
    outcome.prints(&lines);
    assert!(!outcome.out.contains("cats/"), "{}", outcome.out);
    let outcome = place.dcgan(&["data", "cats", "--list"]).ended(1);
    outcome.prints(&lines);
    outcome.prints(&[
        "hidden folder\n  cats/.ipynb_checkpoints\n",
        "hidden file\n  cats/.DS_Store\n",
        "non-image file\n  cats/labels.csv\n",
        "*.HEIC\n  cats/a.HEIC\n  cats/b.HEIC\n",
        "*.svg\n  cats/more/c.svg\n",
    ]);
    // Training says so too.
    let outcome = place.train(&["--out", "run", "--steps", "1"]).succeeded();
    let warning = "warning: skipped 2 HEIC images: cannot be read; convert to PNG first";
    assert!(outcome.err.contains(warning), "{}", outcome.err);
}

#[test]
fn the_whole_report_is_one_json_object() {
    let place = mixed();
    fs::write(place.path("cats/broken.png"), "").unwrap();
    let outcome = place.dcgan(&["data", "cats", "--json", "--preview", "sheet.png"]).ended(1);
    let report: Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!((&report["source"], &report["images"]), (&json!("cats"), &json!(7)));
    assert_eq!(report["formats"], json!({ "PNG": 6, "PNM": 1 }));
    let sizes =
        [(2, 1), (16, 6)].map(|(n, images)| json!({ "width": n, "height": n, "images": images }));
    assert_eq!(report["sizes"], json!(sizes));
    assert_eq!(report["training"], json!({ "image_size": 16, "channels": 3 }));
    let levels = |channel: &Value| channel["levels"].as_array().unwrap().len();
    assert_eq!(
        report["channels"].as_array().unwrap().iter().map(levels).collect::<Vec<_>>(),
        [256; 3]
    );
    let skipped = json!({
        "runs": [],
        "outputs": [],
        "hidden": ["cats/.ipynb_checkpoints", "cats/.DS_Store"],
        "system_folders": [],
        "unsupported": ["cats/a.HEIC", "cats/b.HEIC", "cats/more/c.svg"],
        "not_images": ["cats/labels.csv"],
    });
    assert_eq!(report["skipped"], skipped);
    let problems = report["problems"].as_array().unwrap();
    let kinds: Vec<_> = problems.iter().map(|problem| problem["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["few_images", "unsupported", "unsupported", "broken", "small"]);
    let broken = json!([{ "file": "cats/broken.png", "detail": "is empty" }]);
    assert_eq!((&problems[3]["warning"], &problems[3]["images"]), (&json!(true), &broken));
    assert!(place.path("sheet.png").is_file());
    place.dcgan(&["data", "cats", "--json", "--list"]).refused(2, &["--json", "--list"]);
}

#[cfg(unix)]
#[test]
fn no_name_of_a_file_reaches_the_terminal_unescaped() {
    let place = Place::with_cats(2);
    let evil = "\u{1b}[2J\n\u{9b}\u{202e}";
    for (name, bytes) in [
        (format!("0{evil}.png"), &b""[..]),
        (format!("{evil}.heic"), b"1"),
        (format!("a.{evil}psd"), b"8BPS"),
        (format!("{evil}.txt"), b"1"),
        (format!("x{evil}.png"), &place.bytes("cats/0.png")),
        (format!(".{evil}"), b"1"),
    ] {
        fs::write(place.path("cats").join(name), bytes).unwrap();
    }
    fs::create_dir(place.path(evil)).unwrap();
    std::os::unix::fs::symlink(".", place.path("cats").join(format!("y{evil}"))).unwrap();
    let sheet = format!("{evil}.png");
    for args in [
        &["data", "cats", "--list", "--preview", &sheet][..],
        &["data", "cats"],
        &["data", "cats", "--json"],
        &["data", evil, "--list"],
        &["data", "no\u{1b}[2J"],
    ] {
        let outcome = place.dcgan(args);
        let text = outcome.out + &outcome.err;
        let unsafe_character = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!text.contains(unsafe_character), "{args:?}: {text:?}");
        assert!(!text.contains("\n["), "{args:?}: {text}");
    }
    place.dcgan(&["data", "cats", "--list"]).ended(1).prints(&[
        r"  cats/0\u{1b}[2J\n\u{9b}\u{202e}.png: is empty",
        r"  cats/x\u{1b}[2J\n\u{9b}\u{202e}.png: identical to cats/0.png",
    ]);
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
