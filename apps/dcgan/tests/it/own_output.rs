//! What the program wrote is never data, wherever it lies.

use std::fs;
use std::path::Path;

use image::RgbImage;

use crate::{Outcome, Place, SMALL};

/// `dcgan train` on all that lies in the place, the run included.
fn train_here(place: &Place, args: &[&str]) -> Outcome {
    place.dcgan(&[&["train", "--data", "."], SMALL, args].concat())
}

/// Writes an image of every command that writes one, among the data.
fn illustrate(place: &Place) {
    for args in [
        &["generate", "--model", "run", "--seeds", "3-5", "--out", "cats/generated"][..],
        &["generate", "--model", "run", "--seeds", "3-5", "--grid", "cats/grid.png"],
        &[
            "regenerate",
            "cats/grid.png",
            "--tile",
            "1,2",
            "--model",
            "run",
            "--out",
            "cats/1.2.png",
        ],
    ] {
        place.dcgan(args).succeeded();
    }
    place.walk("3,8", "4", "cats/strip.png");
    place.walk("3,8", "4", "cats/walk.gif");
    place.dcgan(&["data", ".", "--preview", "sheet.png"]).ended(1);
    fs::copy(place.path("run/losses.png"), place.path("losses-of-run.png")).unwrap();
}

/// All of them but the run.
const OUTPUTS: [&str; 9] = [
    "./cats/1.2.png",
    "./cats/generated/seed0003.png",
    "./cats/generated/seed0004.png",
    "./cats/generated/seed0005.png",
    "./cats/grid.png",
    "./cats/strip.png",
    "./cats/walk.gif",
    "./losses-of-run.png",
    "./sheet.png",
];

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn a_run_below_its_own_images_is_resumed_on_the_same_ones() {
    let place = Place::with_cats(6);
    let elsewhere = tempfile::tempdir().unwrap();
    let out = elsewhere.path().join("run");
    let args = ["--out", out.to_str().unwrap(), "--steps", "2"];
    train_here(&place, &args).succeeded().prints(&["6 images from "]);
    // A new run is not started here, but this one may come to lie here.
    copy_folder(&out, &place.path("run"));
    illustrate(&place);
    let resume = ["train", "--out", "run", "--resume", "--steps", "4"];
    place.dcgan(&resume).succeeded().prints(&["6 images from "]);
    // The same as one that lies elsewhere.
    place.train(&["--out", "straight", "--steps", "4"]).succeeded();
    let [one, other] = ["run", "straight"]
        .map(|run| place.bytes(&format!("{run}/checkpoints/step_00000004.ckpt")));
    assert!(one == other);
    let outcome = place.dcgan(&["data", ".", "--list"]).ended(1);
    outcome.prints(&[
        ".: 6 usable images",
        "skipped        2 dcgan run folders\n  ./run\n  ./straight\n",
        &format!("skipped        9 dcgan output files\n  {}\n", OUTPUTS.join("\n  ")),
    ]);
}

#[cfg(unix)]
#[test]
fn images_that_it_generates_do_not_outdate_its_cache() {
    use crate::running::Running;
    let place = Place::with_cats(9);
    let outcome = Running::training(&place, &["--memory-limit", "0"]).interrupt();
    assert_eq!(outcome.code, Some(130), "{outcome:#?}");
    illustrate(&place);
    let steps = place.text("run/log.jsonl").lines().count() + 1;
    let resume = ["train", "--out", "run", "--resume", "--steps", &steps.to_string()];
    let outcome = place.dcgan(&resume).succeeded();
    outcome.prints(&["9 images from ", "Reusing the image cache"]);
}

#[test]
fn every_image_of_a_run_says_what_it_is() {
    let place = Place::with_run();
    place.dcgan(&["data", "cats", "--preview", "sheet.png"]).ended(1);
    for (name, what) in [
        ("run/losses.png", "run/losses.png: the loss curves of a run"),
        ("run/reals.png", "run/reals.png: real images of a dataset"),
        ("sheet.png", "sheet.png: real images of a dataset"),
        ("run/samples/epoch_0001.png", "64 images in 8 rows of 8"),
    ] {
        place.dcgan(&["info", name]).succeeded().prints(&[what, "made by        dcgan "]);
    }
    let again = ["regenerate", "run/losses.png", "--model", "run", "--out", "again.png"];
    place.dcgan(&again).refused(1, &["run/losses.png", "the loss curves", "no model generated it"]);
}

#[test]
fn a_folder_of_nothing_but_its_output_is_no_dataset() {
    let place = Place::with_run();
    let found = "found 1 dcgan output file";
    for path in ["run/samples/epoch_0001.png", "run/reals.png"] {
        place.dcgan(&["data", path]).refused(2, &[found]);
        place.dcgan(&["train", "--data", path]).refused(2, &["is inside the run folder"]);
    }
    let outcome = place.dcgan(&["data", "run", "--list"]).refused(2, &["dcgan output files"]);
    outcome.prints(&["run/samples/epoch_0001.png: dcgan output file\n"]);
    // The same pixels, saved by another program, are like any other image.
    let sheet: RgbImage = image::open(place.path("run/reals.png")).unwrap().into_rgb8();
    fs::create_dir(place.path("others")).unwrap();
    sheet.save(place.path("others/reals.png")).unwrap();
    place.dcgan(&["data", "others"]).ended(1).prints(&["1 usable image"]);
}
