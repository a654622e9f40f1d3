//! Files and folders of a run fail or vanish: it reports that, keeps what it has, and tries again.

use std::fs;

use crate::running::Running;
use crate::{Outcome, Place, SMALL};

const OFTEN: &[&str] = &["--checkpoint-every", "1", "--sample-every", "1"];

#[test]
fn a_second_run_in_the_same_folder_is_refused_until_the_first_has_crashed() {
    let place = Place::with_cats(6);
    let running = Running::training(&place, OFTEN);
    let process = format!("run is in use by process {},", running.id());
    let parts = [process.as_str(), "choose another --out"];
    place.dcgan(&["train", "--out", "run", "--resume"]).refused(1, &parts);
    place.train(&["--out", "run", "--steps", "1"]).refused(1, &parts);

    running.kill();
    assert!(place.list("run").contains(&".lock".to_owned()), "it is left behind");
    Running::training(&place, &[]).kill();
}

#[test]
fn a_folder_that_cannot_be_written_for_a_while_costs_nothing_else() {
    let place = Place::with_cats(6);
    let mut running = Running::training(&place, OFTEN);
    // A file where the folder was, which stops even those who may write everywhere.
    running.wait_for("a checkpoint", || place.path("run/checkpoints").exists());
    fs::rename(place.path("run/checkpoints"), place.path("kept")).unwrap();
    while fs::write(place.path("run/checkpoints"), "").is_err() {
        // The run has created it again in between.
        let _ = fs::remove_dir_all(place.path("run/checkpoints"));
    }
    running.wait_for("a warning", || {
        let outcome = place.text("err");
        outcome.contains("cannot write run/checkpoints/step_") && outcome.contains("will try again")
    });
    fs::remove_file(place.path("run/checkpoints")).unwrap();
    running.wait_for("a new checkpoint", || {
        place.path("run/checkpoints").is_dir() && !place.list("run/checkpoints").is_empty()
    });
    let outcome = running.interrupt();
    assert_eq!(outcome.code, Some(130), "{outcome:#?}");
    assert_log_is_whole(&place);
}

#[test]
fn a_folder_that_vanishes_is_created_again_with_all_that_resuming_needs() {
    let place = Place::with_cats(6);
    let mut running = Running::training(&place, OFTEN);
    fs::rename(place.path("run"), place.path("gone")).unwrap();
    running.wait_for("a new checkpoint", || {
        place.text("err").contains("run had disappeared; it was created again")
            && place.path("run/checkpoints").is_dir()
            && !place.list("run/checkpoints").is_empty()
    });
    // It is locked as the old one was.
    place.dcgan(&["train", "--out", "run", "--resume"]).refused(1, &["run is in use by process"]);
    let outcome = running.interrupt();
    assert_eq!(outcome.code, Some(130), "{outcome:#?}");
    assert!(place.bytes("run/config.toml") == place.bytes("gone/config.toml"));
    assert_log_is_whole(&place);
    Running::training(&place, &[]).kill();
}

/// Every file that is larger than the limit fails to be written, as on a full disk.
#[test]
fn on_a_full_disk_the_run_continues_and_ends_with_an_error() {
    let place = Place::with_cats(4);
    // The log outgrows the limit too.
    let flags = ["--out", "run", "--epochs", "40", "--log-every", "1"];
    let all = [&["train", "--data", "cats"], SMALL, &flags, OFTEN].concat();
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec {} {}",
        env!("CARGO_BIN_EXE_dcgan"),
        all.join(" ")
    );
    let mut command = std::process::Command::new("sh");
    let output = command.args(["-c", &script]).current_dir(place.path("")).output().unwrap();
    let outcome = Outcome::of(output);
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    let warnings = |of: &str| {
        outcome.err.lines().filter(|w| w.contains(of) && w.contains("training continues")).count()
    };
    assert_eq!(warnings("cannot write run/checkpoints/"), 39, "{}", outcome.err);
    assert!(warnings("cannot write run/log.jsonl") > 0, "{}", outcome.err);
    let last = outcome.err.lines().last().unwrap_or_default();
    let parts = [
        "error: cannot write run/checkpoints/step_00000040.ckpt: ",
        "step 40 is not saved; free some space",
        &format!("resume from the start with: {} train --resume run", env!("CARGO_BIN_EXE_dcgan")),
    ];
    assert!(parts.iter().all(|part| last.contains(part)), "{last}");
    assert_eq!(place.list("run/checkpoints"), [""; 0], "no partial file is left");

    // With free space again.
    place.dcgan(&["train", "--out", "run", "--resume", "--epochs", "41"]).succeeded();
    assert_eq!(place.lines("run/log.jsonl"), 41);
}

/// No step is missing from the log, whatever happened to the file in between.
fn assert_log_is_whole(place: &Place) {
    let log = place.text("run/log.jsonl");
    let step = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["step"].as_u64().unwrap()
    };
    let steps: Vec<u64> = log.lines().map(step).collect();
    assert!(steps.iter().copied().eq(1..=steps.len() as u64), "{steps:?}");
}
