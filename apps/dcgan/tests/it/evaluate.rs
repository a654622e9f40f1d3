//! `dcgan evaluate`.

mod features;

use std::fs::{self, File};
use std::path::Path;

use ndarray::Array4;
use ndarray_npy::ReadNpyExt;
use serde_json::Value;

use crate::Place;

/// A run of two steps on this many cats.
fn with_run(cats: u64) -> Place {
    let place = Place::with_cats(cats);
    place.train(&["--out", "run", "--steps", "2"]).succeeded();
    place
}

/// What a command prints as JSON.
#[track_caller]
fn json(place: &Place, args: &[&str]) -> Value {
    let outcome = place.dcgan(&[&["evaluate", "--json"], args].concat()).succeeded();
    serde_json::from_str(&outcome.out).unwrap()
}

fn read_images(path: &Path) -> Array4<u8> {
    Array4::read_npy(File::open(path).unwrap()).unwrap()
}

#[test]
fn a_run_is_compared_with_its_own_images() {
    let place = with_run(40);
    let outcome = place.dcgan(&["evaluate", "run", "--count", "16"]).succeeded();
    outcome.prints(&[
        "model          run (",
        ", 2 steps)",
        "generated      16 images, seeds 0 to 15",
        "real           32 of 40 images in ",
        "features       the first 4 principal components of the pixels; 4 numbers each",
        "pixels of 16 images in each set",
        "\ncolour error",
        "\ncontrast ratio",
        "\nSWD × 1000, 16 pixels",
        "\nMS-SSIM",
        "features of 16 images in each set",
        "\nFréchet distance",
        "\nkernel distance",
        "\nprecision",
        "\nrecall",
        "\ndensity",
        "\ncoverage",
        "\nnearest real image",
        "\nnearest of all pairs",
    ]);
    assert_eq!((outcome.out.matches("lower is better").count(), &*outcome.err), (4, ""));
    assert!(!outcome.out.contains("FID"), "{}", outcome.out);
    // A checkpoint belongs to its run.
    let checkpoint = ["evaluate", "run/checkpoints/step_00000002.ckpt", "--count", "16"];
    let again = place.dcgan(&checkpoint).succeeded();
    let figures = |out: &str| out.split_once('\n').unwrap().1.to_owned();
    assert_eq!(figures(&again.out), figures(&outcome.out));
}

#[test]
fn every_figure_has_a_floor_and_does_not_depend_on_threads() {
    let place = with_run(40);
    let found = json(&place, &["run", "--count", "16"]);
    let figures = found["figures"].as_object().unwrap();
    assert_eq!(figures.len(), 12, "{figures:?}");
    for (name, figure) in figures {
        let numbers = ["value", "floor"].map(|key| figure[key].as_f64().unwrap());
        assert!(numbers.iter().all(|v| v.is_finite()), "{name}: {figure}");
        assert_eq!(figure["images"], 16, "{name}");
    }
    let floor = |name: &str| figures[name]["floor"].as_f64().unwrap();
    let value = |name: &str| figures[name]["value"].as_f64().unwrap();
    assert!(floor("colour_error") < 30.0 && (0.5..2.0).contains(&floor("contrast_ratio")));
    // Two steps of training make grey noise.
    assert!(value("contrast_ratio") < 0.5 && value("frechet") > 3.0 * floor("frechet"));
    assert!(value("coverage") < floor("coverage") && value("swd_16") > floor("swd_16"));
    assert_eq!(found["model"]["seeds"], serde_json::json!([0, 15]));
    for threads in ["1", "3"] {
        assert_eq!(json(&place, &["run", "--count", "16", "--threads", threads]), found);
    }
    let raw = json(&place, &["run", "--count", "16", "--raw"]);
    assert_eq!(raw["model"]["raw"], true);
    assert_ne!(raw["figures"]["swd_16"]["value"], found["figures"]["swd_16"]["value"]);
    assert_eq!(raw["figures"]["swd_16"]["floor"], found["figures"]["swd_16"]["floor"]);
}

/// It says how many were used, and which figures need more.
#[test]
fn few_images_give_the_figures_that_they_can() {
    let place = with_run(7);
    let outcome = place.dcgan(&["evaluate", "run"]).succeeded();
    outcome.prints(&[
        "generated      3 images, seeds 0 to 2",
        "real           6 of 7 images in ",
        "\ncolour error",
        "\nFréchet distance",
        "needs more than 3 images in each set, and there are 3: it is a mean over subsets of half",
        "needs more than 5 images in each set, and there are 3: it looks for 5 neighbours",
    ]);
    assert!(
        outcome.err.starts_with("note: ") && outcome.err.contains("there are 7 usable images in "),
        "{}",
        outcome.err
    );
    let found = json(&place, &["run", "--neighbours", "2"]);
    assert!(found["figures"]["precision"]["floor"].is_number());
    let kernel = &found["figures"]["kernel"];
    assert!(kernel["value"].is_null() && kernel["why"].as_str().unwrap().contains("needs more"));
    let three = place.path("cats");
    (3..7).for_each(|i| fs::remove_file(three.join(format!("{i}.png"))).unwrap());
    let few = ["too few images to compare with: 3, and at least 4 are needed"];
    place.dcgan(&["evaluate", "run"]).refused(1, &few);
}

/// Weights from elsewhere have no run, and data may have moved.
#[test]
fn other_images_can_be_named() {
    let place = with_run(12);
    place.dcgan(&["export", "run", "--out", "g.safetensors"]).succeeded();
    let nowhere = ["g.safetensors is not part of a run", "name them with --data"];
    place.dcgan(&["evaluate", "g.safetensors"]).refused(2, &nowhere);
    let of_file = json(&place, &["g.safetensors", "--data", "cats", "--count", "5"]);
    let of_run = json(&place, &["run", "--count", "5"]);
    assert_eq!(of_file["figures"], of_run["figures"]);
    fs::rename(place.path("cats"), place.path("moved")).unwrap();
    place.dcgan(&["evaluate", "run"]).refused(1, &["cats", "by --data"]);
    let moved = json(&place, &["run", "--data", "moved", "--count", "5"]);
    assert_eq!(moved["figures"], of_run["figures"]);
    place.dcgan(&["evaluate", "run", "--data", "none"]).refused(2, &["none"]);
    place.dcgan(&["evaluate", "nothing"]).refused(1, &["nothing does not exist"]);
}

/// What another network needs to compute features of the same images in the same order.
#[test]
fn the_compared_images_are_written_in_the_order_of_the_rows() {
    let place = with_run(13);
    let files = ["--images", "real.npy", "fake.npy"];
    place.dcgan(&[&["evaluate", "run", "--count", "5"], &files[..]].concat()).succeeded();
    let (real, fake) = (read_images(&place.path("real.npy")), read_images(&place.path("fake.npy")));
    assert_eq!((real.dim(), fake.dim()), ((10, 16, 16, 3), (5, 16, 16, 3)));
    // Evenly spaced in the order of their paths, in which 10 comes before 2.
    let mut names: Vec<_> = (0..13).map(|i| format!("{i}.png")).collect();
    names.sort();
    for (i, image) in real.outer_iter().enumerate() {
        let path = place.path("cats").join(&names[i * 13 / 10]);
        let cat = image::open(path).unwrap().into_rgb8();
        assert!(image.iter().eq(cat.as_raw()), "row {i}");
    }
    place.dcgan(&["generate", "run", "--seeds", "0-4", "--out", "tiles"]).succeeded();
    for (seed, image) in fake.outer_iter().enumerate() {
        let tile = image::open(place.path(&format!("tiles/seed000{seed}.png"))).unwrap();
        assert!(image.iter().eq(tile.into_rgb8().as_raw()), "seed {seed}");
    }
    // Nothing says that they are dcgan's.
    let again = [&["evaluate", "run", "--count", "5"], &files[..]].concat();
    place.dcgan(&again).refused(2, &["--images is real.npy", "add --force"]);
    place.dcgan(&[&again[..], &["--force"]].concat()).succeeded();
    let twice = ["evaluate", "run", "--count", "5", "--images", "a.npy", "a.npy"];
    place.dcgan(&twice).refused(2, &["a.npy", "the same file"]);
}

#[test]
fn the_picture_is_an_output_like_any_other() {
    let place = with_run(12);
    let evaluate = ["evaluate", "run", "--count", "5", "--out"];
    let out = |name: &'static str| [&evaluate[..], &[name]].concat();
    fs::write(place.path("mine.png"), "mine").unwrap();
    place.dcgan(&out("mine.png")).refused(2, &["mine.png", "add --force to replace it"]);
    place.dcgan(&out("cats/0.png")).refused(2, &["an input, which is never replaced"]);
    place.dcgan(&out("x.jpg")).refused(2, &["--out is x.jpg: its name must end in .png"]);
    place.dcgan(&out("x.png")).succeeded();
    place.dcgan(&out("x.png")).succeeded();
    let piped = place.command(&out("-")).output().unwrap();
    assert!(piped.stdout == place.bytes("x.png"), "only the picture is on standard output");
    let both = [&out("-")[..], &["--json"]].concat();
    place.dcgan(&both).refused(2, &["standard output carries the JSON"]);
}

#[test]
fn what_is_missing_is_named() {
    let place = with_run(4);
    for (args, parts) in [
        (&[][..], &["no model given"][..]),
        (&["--data", "cats"], &["--data needs a model"]),
        (&["--features", "a.npy", "b.npy", "--out", "x.png"], &["--out needs a model"]),
        (&["--features", "a.npy"], &["--features"]),
        (&["run", "--count", "1"], &["--count is 1: it must be a whole number from 2 to 10000"]),
        (&["run", "--neighbours", "0"], &["--neighbours is 0"]),
        (&["run", "--images", "-", "x.npy"], &["--images is -", "name two files"]),
    ] {
        place.dcgan(&[&["evaluate"], args].concat()).refused(2, parts);
    }
}

/// Whether this is a build with an ONNX runtime or not.
#[test]
fn an_extractor_gives_the_features_or_the_build_says_that_it_has_none() {
    let place = with_run(24);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../crates/extractor/src/tests/golden/pooled.onnx");
    fs::copy(golden, place.path("net.onnx")).unwrap();
    let args = ["evaluate", "run", "--count", "8", "--extractor", "net.onnx"];
    let outcome = place.dcgan(&args);
    if cfg!(feature = "onnx") {
        outcome.succeeded().prints(&["features       the network net.onnx; "]);
    } else {
        outcome.refused(1, &["this build has no ONNX runtime; build with --features onnx"]);
    }
    place
        .dcgan(&["evaluate", "--extractor", "net.onnx", "--features", "a.npy", "b.npy"])
        .refused(2, &["--extractor", "--features"]);
}
