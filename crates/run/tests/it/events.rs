use std::fs;
use std::sync::atomic::Ordering;

use dcgan_run::{Options, Outcome};

use super::{example, names, options, run};

/// Six images, four in a step: an epoch ends in steps 2, 3, 5 and 6.
#[test]
fn everything_is_reported_in_its_order() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let all = options(&folder, 5)
        .set("sample_every", 2)
        .set("checkpoint_every", 2)
        .set("log_every", 2)
        .set("evaluate_every", 2)
        .set("keep", "last=3,best=1");
    let (outcome, recorder) = run(&all, false, &());
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    let expected = [
        "few images",
        "started 6 0/5",
        "sample 0.0 epoch_0000.png",
        "step 1",
        "step 2",
        "log 2",
        "step 3",
        "evaluation 3",
        "sample 2.0 epoch_0002.png",
        "metric 3",
        "checkpoint 3 step_00000003.ckpt",
        "step 4",
        "log 4",
        "step 5",
        "log 5",
        "evaluation 5",
        "metric 5",
        "checkpoint 5 step_00000005.ckpt",
        "sample 3.0 epoch_0003.png",
        "finished 5 epoch_0003.png",
    ];
    assert_eq!(recorder.lines, expected);
    assert_eq!(recorder.read.load(Ordering::Relaxed), 6);

    let (outcome, recorder) = run(&all.set("steps", 6), true, &());
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    let expected = [
        "resumed 5 step_00000005.ckpt",
        "started 6 5/6",
        "step 6",
        "log 6",
        "evaluation 6",
        "metric 6",
        "checkpoint 6 step_00000006.ckpt",
        "sample 4.0 epoch_0004.png",
        "finished 6 epoch_0004.png",
    ];
    assert_eq!(recorder.lines, expected);
}

#[test]
fn a_run_without_a_checkpoint_is_resumed_from_its_start() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    run(&options(&folder, 1), false, &()).0.unwrap();
    fs::remove_dir_all(folder.join("checkpoints")).unwrap();
    let (outcome, recorder) = run(&options(&folder, 1), true, &());
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    assert_eq!(recorder.lines[..3], ["resumed 0 ", "few images", "started 6 0/1"]);
}

/// The weights overflow in the second step.
#[test]
fn rollbacks_are_reported_and_then_the_error() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let wild = options(&folder, 60).set("lr", 1e30).set("on_divergence", "rollback");
    let (outcome, recorder) = run(&wild, false, &());
    let error = outcome.unwrap_err();
    assert!(matches!(error, dcgan_run::RunError::Diverged { can_roll_back: false, .. }), "{error}");
    let rollbacks = ["rolled back 0 1", "rolled back 0 2", "rolled back 0 3"];
    assert_eq!(recorder.rare()[3..], rollbacks);
}

#[test]
fn a_symptom_and_a_disk_that_fails_are_reported_once() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let often = [("log_every", 1), ("sample_every", 10)];
    let of_steps = |steps| {
        let options = options(&folder, steps).set("lr", 0.02);
        often.iter().fold(options, |all, (name, value)| all.set(name, *value))
    };
    run(&of_steps(1), false, &()).0.unwrap();
    // Folders where files are to be written.
    let (log, losses) = (folder.join("log.jsonl"), folder.join("losses.png"));
    fs::rename(&log, place.path().join("log.jsonl")).unwrap();
    fs::create_dir(&log).unwrap();
    let (outcome, _) = run(&of_steps(102), true, &());
    assert!(outcome.unwrap_err().report().contains("log.jsonl"), "it cannot be read");
    fs::remove_dir(&log).unwrap();
    fs::rename(place.path().join("log.jsonl"), &log).unwrap();
    fs::remove_file(&losses).unwrap();
    fs::create_dir(&losses).unwrap();
    let (outcome, recorder) = run(&of_steps(102), true, &());
    let error = outcome.unwrap_err().report();
    assert!(error.starts_with("the run has ended and its last step is saved"), "{error}");
    let about = |what: &str| recorder.lines.iter().filter(|l| l.starts_with(what)).count();
    assert_eq!(
        (about("trouble cannot write "), about("trouble ")),
        (1, 1),
        "{:?}",
        recorder.rare()
    );
    assert_eq!(about("symptom true weight blow-up: "), 1, "{:?}", recorder.rare());
    assert!(names(&folder.join("checkpoints")).contains(&"step_00000102.ckpt".to_owned()));
}

#[test]
fn images_on_disk_are_reported() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let all = Options { memory_limit: "0".parse().unwrap(), ..options(&folder, 1) };
    let (outcome, recorder) = run(&all, false, &());
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    assert!(recorder.lines[0].starts_with("images The images take 5 KiB"), "{}", recorder.lines[0]);
    assert!(!folder.join("pictures.cache").exists(), "it is deleted at the end");
}

#[test]
fn the_example_trains() {
    let place = tempfile::tempdir().unwrap();
    let lines = example::train(place.path().join("run")).unwrap();
    assert_eq!(lines[0], "20 steps on 4096 cats");
    let steps: Vec<&str> = lines.iter().filter_map(|l| l.split_once("  G ")).map(|l| l.0).collect();
    assert_eq!(steps, ["   5", "  10", "  15", "  20"]);
    assert_eq!(lines.len(), 1 + 2 + 4 + 1, "{lines:?}");
}
