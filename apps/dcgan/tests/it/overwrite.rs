//! No command replaces its input, a file of a run, or a file that dcgan did not write.

use std::fs;
use std::process::Stdio;

use crate::{Place, size};

/// Runs `command`, and checks that it is refused for this reason and leaves `file` as it is.
#[track_caller]
fn protects(place: &Place, file: &str, command: &[&str], why: &str) {
    let before = place.bytes(file);
    place.dcgan(command).refused(2, &[file, why]);
    assert!(place.bytes(file) == before, "{file} was changed by {command:?}");
}

const INPUT: &str = "which is never replaced";
const FOREIGN: &str = "nothing shows that dcgan wrote it";
const RUN: &str = "it belongs to the run in";

#[test]
fn inputs_are_never_replaced_not_even_with_force() {
    let place = Place::with_run();
    let checkpoint = "run/checkpoints/step_00000002.ckpt";
    fs::copy(place.path(checkpoint), place.path("x.ckpt")).unwrap();
    fs::copy(place.path("x.ckpt"), place.path("x.safetensors")).unwrap();
    place.dcgan(&["export", "run", "--out", "g.safetensors"]).succeeded();
    place.dcgan(&["generate", "run", "--seeds", "1", "--out", "one.png"]).succeeded();
    for force in [&[][..], &["--force"]] {
        let check = |file, command: &[&str]| {
            protects(&place, file, &[command, force].concat(), INPUT);
        };
        check("cats/0.png", &["data", "cats", "--preview", "cats/0.png"]);
        check("cats/0.png", &["data", "cats/0.png", "--preview", "cats/0.png"]);
        check("x.safetensors", &["export", "x.safetensors", "--out", "x.safetensors"]);
        check("one.png", &["regenerate", "one.png", "--model", "run", "--out", "one.png"]);
    }
    let net = ["import", "--generator", "x.ckpt", "--out", "x.ckpt", "--force"];
    protects(&place, "x.ckpt", &net, INPUT);
    let net = ["import", "--generator", "g.safetensors", "--out", checkpoint, "--force"];
    place.dcgan(&net).succeeded();
}

/// A model is an input with all its checkpoints.
#[test]
fn a_run_folder_as_a_model_is_an_input() {
    let place = Place::with_run();
    let checkpoint = "run/checkpoints/step_00000002.ckpt";
    fs::rename(place.path(checkpoint), place.path("run/checkpoints/step_00000002.png")).unwrap();
    fs::copy(place.path("run/checkpoints/step_00000002.png"), place.path(checkpoint)).unwrap();
    let grid = "run/checkpoints/step_00000002.png";
    protects(&place, grid, &["generate", "run", "--grid", grid, "--force"], INPUT);
}

#[cfg(unix)]
#[test]
fn links_do_not_hide_an_input() {
    let place = Place::with_cats(2);
    std::os::unix::fs::symlink(place.path("cats/0.png"), place.path("link.png")).unwrap();
    fs::hard_link(place.path("cats/1.png"), place.path("hard.png")).unwrap();
    let sheet = ["data", "cats/0.png", "--preview", "link.png", "--force"];
    protects(&place, "link.png", &sheet, INPUT);
    let sheet = ["data", "cats/1.png", "--preview", "hard.png", "--force"];
    protects(&place, "hard.png", &sheet, INPUT);
}

#[test]
fn files_of_a_run_are_replaced_only_with_force() {
    let place = Place::with_run();
    fs::rename(place.path("run"), place.path("other")).unwrap();
    place.train(&["--out", "run", "--steps", "1"]).succeeded();
    for file in ["other/losses.png", "other/reals.png", "other/samples/epoch_0001.png"] {
        protects(&place, file, &["generate", "run", "--grid", file], RUN);
    }
    // A new file in a folder that only training writes to.
    let new = ["generate", "run", "--seeds", "1", "--out", "other/samples"];
    place.dcgan(&new).refused(2, &["other/samples", RUN]);
    // Anywhere else in the folder of a run, new files are welcome.
    place.dcgan(&["generate", "run", "--grid", "other/new.png"]).succeeded();
    place.dcgan(&["generate", "run", "--grid", "other/losses.png", "--force"]).succeeded();
}

#[test]
fn only_its_own_images_are_replaced_without_force() {
    let place = Place::with_run();
    fs::copy(place.path("cats/0.png"), place.path("mine.png")).unwrap();
    fs::write(place.path("notes.npy"), "mine").unwrap();
    fs::create_dir(place.path("album")).unwrap();
    fs::copy(place.path("cats/0.png"), place.path("album/seed0003.png")).unwrap();
    fn generate<'a>(rest: &[&'a str]) -> Vec<&'a str> {
        [&["generate", "run", "--seeds", "1,3"], rest].concat()
    }
    protects(&place, "mine.png", &generate(&["--grid", "mine.png"]), FOREIGN);
    protects(&place, "mine.png", &generate(&["--out", "mine.png"]), FOREIGN);
    protects(&place, "notes.npy", &generate(&["--out", "notes.npy"]), FOREIGN);
    protects(&place, "album/seed0003.png", &generate(&["--out", "album"]), FOREIGN);
    assert_eq!(place.list("album"), ["seed0003.png"]);
    let walk = ["interpolate", "run", "--seeds", "1,3", "--out", "mine.png"];
    protects(&place, "mine.png", &walk, FOREIGN);
    protects(&place, "mine.png", &["data", "cats", "--preview", "mine.png"], FOREIGN);

    for _ in 0..2 {
        place.dcgan(&generate(&["--grid", "grid.png", "--out", "images"])).succeeded();
        // With a warning about so few images.
        place.dcgan(&["data", "cats", "--preview", "sheet.png"]).ended(1);
        let walk = ["interpolate", "run", "--seeds", "1,3", "--out", "walk.gif"];
        place.dcgan(&walk).succeeded();
    }
    place.dcgan(&generate(&["--grid", "mine.png", "--force"])).succeeded();
    assert_ne!(place.bytes("mine.png"), place.bytes("cats/0.png"));
}

#[test]
fn names_end_as_the_file_is_written() {
    let place = Place::with_run();
    for (rest, parts) in [
        (["--grid", "g.jpg"], &["--grid is g.jpg", ".png"][..]),
        (["--grid", "grid"], &["--grid is grid", ".png"]),
        (["--out", "one.txt"], &["--out is one.txt", ".png", ".npy"]),
        (["--out", "README.md"], &["--out is README.md", "a folder"]),
        (["--grid", "missing/g.png"], &["there is no folder missing; create it first"]),
        (["--out", "missing/images"], &["there is no folder missing; create it first"]),
    ] {
        place.dcgan(&[&["generate", "run"], &rest[..]].concat()).refused(2, parts);
    }
    for (command, end) in [
        (&["export", "run", "--out", "g"][..], ".safetensors"),
        (&["import", "--generator", "g", "--out", "x"], ".ckpt"),
        (&["interpolate", "run", "--seeds", "1,2", "--out", "w.mp4"], ".gif"),
        (&["data", "cats", "--preview", "sheet.jpg"], ".png"),
        (&["regenerate", "g.png", "--model", "run", "--out", "x.jpg"], ".png"),
    ] {
        place.dcgan(command).refused(2, &["its name must end in", end]);
    }
    assert_eq!(place.list(""), ["cats", "run"]);
}

#[test]
fn a_png_holds_one_image_or_a_grid() {
    let place = Place::with_run();
    let generate = |rest: &[&str]| place.dcgan(&[&["generate", "run"], rest].concat());
    generate(&["--seeds", "3", "--out", "one.png"]).succeeded().prints(&["1 image in one.png"]);
    generate(&["--seeds", "3", "--out", "each"]).succeeded();
    assert!(place.bytes("one.png") == place.bytes("each/seed0003.png"));
    let three = ["--seeds", "3-5", "--columns", "3"];
    generate(&[&three[..], &["--out", "three.png"]].concat()).succeeded();
    generate(&[&three[..], &["--grid", "grid.png"]].concat()).succeeded();
    assert!(place.bytes("three.png") == place.bytes("grid.png"));
    assert_eq!(size(&place.path("three.png")), (3 * 16 + 4 * 2, 16 + 2 * 2));
    generate(&["--seeds", "3", "--out", "v1.0/"]).succeeded();
    assert_eq!(place.list("v1.0"), ["seed0003.png"]);
    generate(&["--columns", "3", "--out", "each"]).refused(2, &["--columns is for a grid"]);
}

/// The file alone is on standard output; what is reported goes to standard error.
#[test]
fn a_dash_is_standard_output() {
    let place = Place::with_run();
    place.dcgan(&["generate", "run", "--seeds", "3", "--out", "one.png"]).succeeded();
    place.dcgan(&["export", "run", "--out", "g.safetensors"]).succeeded();
    for (command, file) in [
        (&["generate", "run", "--seeds", "3", "--out", "-"][..], "one.png"),
        (&["export", "run", "--out", "-"], "g.safetensors"),
    ] {
        let output = place.command(command).stdout(Stdio::piped()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(output.stdout == place.bytes(file), "{command:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"), "{output:?}");
    }
    let both = ["generate", "run", "--out", "-", "--grid", "-"];
    place.dcgan(&both).refused(2, &["only one file"]);
    place.dcgan(&["data", "cats", "--preview", "-"]).refused(2, &["--preview is -"]);
}

/// Otherwise one of them would be lost, and both be reported.
#[test]
fn two_outputs_are_two_files() {
    let place = Place::with_run();
    let same = "another output of this command is the same file";
    for outputs in [
        &["--out", "p.png", "--grid", "./p.png"][..],
        &["--out", "a", "--grid", "a/seed0002.png"],
        &["--out", "b", "--seeds", "1,1"],
    ] {
        let all = [&["generate", "run", "--seeds", "1-3"], outputs].concat();
        place.dcgan(&all).refused(2, &[same]);
    }
    assert!(!place.path("p.png").exists());
}

#[test]
fn a_folder_called_dash_does_not_take_the_place_of_standard_output() {
    let place = Place::with_run();
    place.train(&["--out", "-"]).refused(2, &["--out is -: a run is a folder"]);
    fs::create_dir(place.path("-")).unwrap();
    let command = ["generate", "run", "--seeds", "3", "--out", "-"];
    let output = place.command(&command).stdout(Stdio::piped()).output().unwrap();
    assert!(output.stdout.starts_with(b"\x89PNG"), "{output:?}");
    assert!(place.list("-").is_empty());
}

/// Neither an input nor an output is waited for.
#[cfg(unix)]
#[test]
fn pipes_with_names_are_refused() {
    let place = Place::with_run();
    let made = std::process::Command::new("mkfifo").arg(place.path("pipe.png")).status();
    assert!(made.unwrap().success());
    let why = "not a regular file";
    place.dcgan(&["generate", "run", "--grid", "pipe.png"]).refused(2, &["pipe.png", why]);
    place.dcgan(&["info", "pipe.png"]).refused(1, &["pipe.png", why]);
    let again = ["regenerate", "pipe.png", "--model", "run", "--out", "x.png"];
    place.dcgan(&again).refused(1, &["pipe.png", why]);
    place.dcgan(&["generate", "pipe.png", "--grid", "x.png"]).refused(1, &["pipe.png", why]);
}

#[test]
fn a_run_and_its_data_lie_apart() {
    let place = Place::with_cats(4);
    let inside = "is inside its data";
    for out in ["cats", "cats/run", "cats/a/b"] {
        place.train(&["--out", out, "--steps", "1"]).refused(2, &[out, inside, "--out"]);
    }
    assert_eq!(place.list("cats").len(), 4);
    let mut here = place.command(&["train", "--data", ".", "--steps", "1"]);
    let output = here.current_dir(place.path("cats")).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains(inside), "{output:?}");
    assert_eq!(place.list("cats").len(), 4);

    place.train(&["--out", "run", "--steps", "1"]).succeeded();
    let samples = place.dcgan(&["train", "--data", "run/samples", "--out", "x"]);
    samples.refused(2, &["is inside the run folder"]);
    assert!(!place.path("x").exists());
}

#[test]
fn a_new_run_does_not_move_in_with_other_files() {
    let place = Place::with_cats(4);
    fs::create_dir(place.path("full")).unwrap();
    fs::write(place.path("full/letter.txt"), "mine").unwrap();
    let outcome = place.train(&["--out", "full", "--steps", "1"]);
    outcome.refused(1, &["full contains other files, such as letter.txt", "--out"]);
    assert_eq!(place.list("full"), ["letter.txt"]);
    fs::create_dir(place.path("empty")).unwrap();
    fs::write(place.path("empty/.hidden"), "").unwrap();
    place.train(&["--out", "empty", "--steps", "1"]).succeeded();
}
