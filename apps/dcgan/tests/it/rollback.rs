//! A run that rolls back does so to the same checkpoint, however often it was stopped.

use std::fs;
#[cfg(unix)]
use std::time::Duration;

use dcgan_gan::checkpoint;

#[cfg(unix)]
use crate::kill::draw;
#[cfg(unix)]
use crate::running::Running;
use crate::watch::{HUGE, ROLLBACK, events, plant, run_of_twelve};
use crate::{Outcome, Place};

/// Enough for all checkpoints of a test.
const ALL: &[&str] = &["--keep", "last=99"];

fn resume(place: &Place, run: &str, steps: &str, flags: &[&str]) -> Outcome {
    let resume = ["train", "--out", run, "--resume", "--steps", steps];
    place.dcgan(&[&resume, ROLLBACK, flags].concat()).succeeded()
}

/// Where the run rolls back to, according to its output.
fn back_to(outcome: &Outcome) -> Vec<String> {
    let step = |line: &str| {
        Some(line.split_once("; rolling back to ")?.1.split_once(" with")?.0.to_owned())
    };
    outcome.err.lines().filter_map(step).collect()
}

fn copy(place: &Place, from: &str, to: &str) {
    fs::copy(place.path(from), place.path(to)).unwrap();
}

/// Copies a whole run.
fn copy_run(place: &Place, from: &str, to: &str) {
    for folder in ["", "checkpoints", "samples"] {
        fs::create_dir_all(place.path(to).join(folder)).unwrap();
        for entry in fs::read_dir(place.path(from).join(folder)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), place.path(to).join(folder).join(entry.file_name()))
                    .unwrap();
            }
        }
    }
}

#[track_caller]
fn assert_same_checkpoints(place: &Place, a: &str, b: &str) {
    let [names, others] = [a, b].map(|run| place.list(&format!("{run}/checkpoints")));
    assert_eq!(names, others, "{a}, {b}");
    for name in names {
        let [x, y] = [a, b].map(|run| place.bytes(&format!("{run}/checkpoints/{name}")));
        assert!(x == y, "{name} differs in {a} and {b}");
    }
}

/// Killed after any checkpoint since the rollback, before it could delete what was ahead: the run continues from
/// after the rollback, and not from what it abandoned.
#[test]
fn killed_after_a_rollback_a_run_continues_from_after_it() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "begun");
    plant(&place, "begun", &[11, 12], HUGE);
    copy_run(&place, "begun", "unbroken");
    let outcome = resume(&place, "unbroken", "18", ALL);
    assert_eq!(back_to(&outcome), ["step 12", "step 11", "step 9"]);
    let expected = ["02", "03", "05", "06", "08", "09"]
        .map(|step| format!("step_000000{step}.ckpt"))
        .into_iter()
        .chain(
            ["11", "12", "14", "15", "17", "18"].map(|s| format!("step_000000{s}_rollback_3.ckpt")),
        );
    assert_eq!(place.list("unbroken/checkpoints"), expected.collect::<Vec<_>>());

    for (i, last) in [11, 12, 14].into_iter().enumerate() {
        for ahead in [true, false] {
            let run = format!("killed{i}{ahead}");
            copy_run(&place, "begun", &run);
            for step in [11, 12, 14].into_iter().filter(|&step| step <= last) {
                let name = format!("checkpoints/step_{step:08}_rollback_3.ckpt");
                copy(&place, &format!("unbroken/{name}"), &format!("{run}/{name}"));
            }
            for step in if ahead { &[][..] } else { &[11, 12] } {
                let left = format!("{run}/checkpoints/step_{step:08}.ckpt");
                fs::remove_file(place.path(&left)).unwrap();
            }
            // What it had reported before it was killed.
            copy(&place, "unbroken/events.jsonl", &format!("{run}/events.jsonl"));
            let outcome = resume(&place, &run, "18", ALL);
            assert!(
                outcome.out.contains(&format!("step_{last:08}_rollback_3.ckpt")),
                "{}",
                outcome.out
            );
            assert_eq!(back_to(&outcome), [""; 0]);
            assert_same_checkpoints(&place, &run, "unbroken");
            assert!(
                place.bytes(&format!("{run}/events.jsonl")) == place.bytes("unbroken/events.jsonl")
            );
        }
    }
}

/// A run that was stopped between two checkpoints, and diverges before the next one.
#[test]
fn a_checkpoint_of_a_stopped_run_is_not_rolled_back_to() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "run");
    place.dcgan(&["train", "--out", "run", "--resume", "--steps", "13"]).succeeded();
    plant(&place, "run", &[13], HUGE);
    // As Ctrl-C after step 13 would have left it.
    let [as_due, stopped] =
        ["", "_stopped"].map(|why| place.path(&format!("run/checkpoints/step_00000013{why}.ckpt")));
    fs::rename(&as_due, &stopped).unwrap();
    copy_run(&place, "run", "first");
    copy_run(&place, "run", "due");
    fs::rename(
        place.path("due/checkpoints/step_00000013_stopped.ckpt"),
        place.path("due/checkpoints/step_00000013.ckpt"),
    )
    .unwrap();

    let outcome = resume(&place, "run", "20", &["--keep", "last=1"]);
    outcome.prints(&["Resuming from run/checkpoints/step_00000013_stopped.ckpt (step 13)"]);
    assert_eq!(back_to(&outcome), ["step 12"]);
    assert_eq!(place.list("run/checkpoints"), ["step_00000020_rollback_1.ckpt"]);
    // One that was due is.
    let outcome = resume(&place, "due", "20", &["--keep", "last=9"]);
    assert_eq!(back_to(&outcome), ["step 13", "step 12"]);
    // Where no other has been saved, it is the start, as without the stop.
    for step in [2, 3, 5, 6, 8, 9, 11, 12] {
        fs::remove_file(place.path(&format!("first/checkpoints/step_{step:08}.ckpt"))).unwrap();
    }
    assert_eq!(back_to(&resume(&place, "first", "20", &[])), ["the start"]);
    let end = checkpoint::decode(&place.bytes("first/checkpoints/step_00000020_rollback_1.ckpt"));
    assert_eq!(end.unwrap().rollbacks, 1);
}

/// Killed between the saving of a checkpoint and the removal of the one before it.
#[test]
fn one_that_should_have_been_deleted_is_not_rolled_back_to() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "killed");
    plant(&place, "killed", &[11, 12], HUGE);
    copy_run(&place, "killed", "unbroken");
    for step in [2, 3, 5, 6, 8, 9] {
        fs::remove_file(place.path(&format!("unbroken/checkpoints/step_{step:08}.ckpt"))).unwrap();
    }
    let keep = ["--keep", "last=2"];
    let rerun = |run: &str| {
        let all = ["train", "--out", run, "--resume", "--steps", "20"];
        place.dcgan(&[&all, ROLLBACK, &keep].concat()).ended(3)
    };
    let [a, b] = ["killed", "unbroken"].map(|run| back_to(&rerun(run)));
    assert_eq!((&a, &b), (&b, &["12", "11", "11"].map(|step| format!("step {step}")).to_vec()));
}

/// Rates so large that the weights overflow after some dozen steps, on most processors more than once.
#[cfg(unix)]
const RATES: [[&str; 2]; 3] = [["6e7", "0.9"], ["8e7", "0.5"], ["1e8", "0.9"]];

/// Stopped at random moments, by a kill or by Ctrl-C, before or after a rollback.
#[cfg(unix)]
#[test]
fn stopped_anywhere_a_run_that_rolls_back_ends_like_one_that_was_not() {
    let (mut rollbacks, mut stops) = (0, 0);
    for (i, [lr, beta1]) in RATES.into_iter().enumerate() {
        let often = ["--checkpoint-every", "2", "--sample-every", "2", "--log-every", "1"];
        let flags = [&["--out", "run", "--steps", "200", "--keep", "last=2"], &often[..]].concat();
        let new = [&["--lr", lr, "--beta1", beta1], &flags[..], ROLLBACK].concat();
        let [unbroken, stopped] = [(); 2].map(|()| Place::with_cats(6));
        let end = unbroken.train(&new);
        rollbacks += back_to(&end).len();

        let code = (0..).find_map(|life| {
            let ended = live(&stopped, &new, &flags, life, draw(1000 * i as u64 + life));
            stops += u64::from(ended.is_none());
            ended
        });
        assert_eq!(code, end.code, "{lr}: {}", stopped.text("err"));
        let list = |place: &Place| {
            let files = ["checkpoints", "samples"].into_iter();
            let all = files.flat_map(|folder| {
                let names = place.list(&format!("run/{folder}")).into_iter();
                names.map(move |name| format!("run/{folder}/{name}"))
            });
            // A run that diverges can still be resumed from where it was stopped last.
            all.filter(|name| !name.ends_with("_stopped.ckpt")).collect::<Vec<_>>()
        };
        assert_eq!(list(&unbroken), list(&stopped), "{lr}");
        for file in list(&unbroken) {
            assert!(unbroken.bytes(&file) == stopped.bytes(&file), "{lr}: {file} differs");
        }
        assert_eq!(events(&unbroken, "run"), events(&stopped, "run"), "{lr}");
        assert_eq!(unbroken.timeless_log("run"), stopped.timeless_log("run"), "{lr}");
    }
    assert!(rollbacks > 0 && stops > 4, "{rollbacks}, {stops}: nothing was shown");
}

/// One life of the run, which a kill or Ctrl-C ends after some milliseconds; the exit code, if it has ended by
/// itself.
#[cfg(unix)]
fn live(place: &Place, new: &[&str], flags: &[&str], life: u64, draw: u64) -> Option<i32> {
    let begun = place.path("run/config.toml").exists();
    let begin = [&["--data", "cats"], crate::SMALL, new].concat();
    let rest = if begun { [flags, &["--resume"]].concat() } else { begin };
    let mut running = Running::of(place, &[&["train"], &rest[..]].concat());
    std::thread::sleep(Duration::from_millis(5 + 4 * life + draw / 2 % 50));
    match running.ended() {
        // With code 3 it might have ended because it was stopped after it had diverged unnoticed.
        None if draw.is_multiple_of(2) => running.interrupt().code.filter(|&code| code == 0),
        // Killed when it is dropped.
        ended => ended,
    }
}
