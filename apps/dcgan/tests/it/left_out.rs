//! The files that are not data, and what `dcgan data` says of them.

use std::fs;

use serde_json::{Value, json};

use crate::Place;

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
