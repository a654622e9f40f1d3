//! How a run ends, resuming one that has taken its last step, and how long a run will take.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dcgan_gan::checkpoint;
use dcgan_run::{Event, Observer, Options, Outcome, Session};

use super::{PROGRAM, options, run};

/// All files of a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    all
}

#[test]
fn a_complete_run_is_left_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let all = options(&folder, 3).set("checkpoint_every", 1).set("keep", "last=3,best=1");
    run(&all, false, &()).0.unwrap();
    let before = files(&folder);
    let complete = ["resumed 3 step_00000003.ckpt", "complete 3 4"];
    for options in [all.clone(), all.set("keep", "last=1"), as_epochs(options(&folder, 3), 2)] {
        let (outcome, recorder) = run(&options, true, &());
        assert_eq!(outcome.unwrap(), Outcome::AlreadyComplete);
        assert_eq!(recorder.lines, complete, "{options:?}");
        assert!(files(&folder) == before, "{options:?}");
    }
    let (outcome, _) = run(&options(&folder, 4), true, &());
    assert_eq!(outcome.unwrap(), Outcome::Finished, "more steps continue it");
}

/// As after a kill between the last checkpoint and the last grid.
#[test]
fn a_complete_run_without_its_last_grid_gets_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    run(&options(&folder, 3), false, &()).0.unwrap();
    let before = files(&folder);
    let last =
        fs::read_dir(folder.join("samples")).unwrap().map(|entry| entry.unwrap().path()).max();
    for path in [last.unwrap(), folder.join("losses.png")] {
        fs::remove_file(path).unwrap();
    }
    let (outcome, recorder) = run(&options(&folder, 3), true, &());
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    assert!(
        recorder.lines.iter().any(|line| line.starts_with("finished 3")),
        "{:?}",
        recorder.lines
    );
    assert!(files(&folder) == before);
}

/// A run of three steps whose generator does not depend on its latents, and hardly learns to.
fn collapsed(folder: &Path) {
    run(&options(folder, 3).set("lr", 1e-9), false, &()).0.unwrap();
    let path = folder.join("checkpoints/step_00000003.ckpt");
    let mut state = checkpoint::decode(&fs::read(&path).unwrap()).unwrap();
    let theta = &mut state.generator.theta;
    for entry in theta.entries().to_vec() {
        if entry.name.starts_with("main.1.") {
            theta.as_mut_slice()[entry.range].fill(0.0);
        }
    }
    fs::write(&path, checkpoint::encode(&state).unwrap()).unwrap();
}

/// The line comes last but one, and is the same for a run that ended before and was continued.
#[test]
fn a_run_that_ends_with_identical_samples_is_reported_after_a_hundred_steps() {
    let place = tempfile::tempdir().unwrap();
    let [short, long, off] = ["short", "long", "off"].map(|name| place.path().join(name));
    [&short, &long, &off].into_iter().for_each(|folder| collapsed(folder));
    let unresolved = |options: Options| {
        let (outcome, recorder) = run(&options, true, &());
        assert_eq!(outcome.unwrap(), Outcome::Finished);
        let end = recorder.lines.len() - 1;
        assert!(recorder.lines[end].starts_with("finished "), "{:?}", recorder.lines);
        let lines = recorder.lines.into_iter().enumerate();
        let about = lines.filter(|(_, line)| line.starts_with("unresolved "));
        about.map(|(at, line)| (end - at, line)).collect::<Vec<_>>()
    };
    let expected = [(1, "unresolved mode_collapse".to_owned())];
    assert_eq!(unresolved(options(&short, 99)), []);
    assert_eq!(unresolved(options(&short, 135)), expected);
    assert_eq!(unresolved(options(&long, 200)), expected);
    assert_eq!(unresolved(options(&off, 135).set("watch", "off")), []);
    assert!(!short.join("events.jsonl").exists(), "a run that is continued has no such line");
}

/// Its length in epochs instead of steps.
fn as_epochs(options: Options, epochs: u64) -> Options {
    let others = options.settings.into_iter().filter(|(name, _)| name != "steps");
    Options { settings: others.collect(), ..options }.set("epochs", epochs)
}

/// Two epochs of six images are three steps of four.
#[test]
fn a_length_that_the_run_is_beyond_is_refused_with_the_steps_that_it_has_taken() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    run(&options(&folder, 3), false, &()).0.unwrap();
    let before = files(&folder);
    let refused = |options: Options| run(&options, true, &()).0.unwrap_err().report();
    assert_eq!(refused(options(&folder, 2)), "steps is 2: the run has already taken 3 steps");
    assert_eq!(
        refused(as_epochs(options(&folder, 3), 1)),
        "epochs is 1: that is 2 steps, and the run has already taken 3 steps"
    );
    assert!(files(&folder) == before);
}

/// Keeps the estimate, and after which step it came.
#[derive(Default)]
struct Estimates {
    steps: u64,
    found: Vec<(u64, u64, Duration, f64, String)>,
}

impl Observer for Estimates {
    fn event(&mut self, event: &Event<'_>) {
        match *event {
            Event::Step(record) => self.steps = record.step,
            Event::Estimate { steps, time, ms_per_step, message } => {
                self.found.push((self.steps, steps, time, ms_per_step, message.to_owned()));
            }
            _ => {}
        }
    }
}

#[test]
fn the_time_that_a_run_takes_is_estimated_after_six_steps_of_each_session() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let estimates = |steps, resume: bool| {
        let mut estimates = Estimates::default();
        let start = if resume { Session::resume } else { Session::new };
        let session = start(&options(&folder, steps), PROGRAM, &mut estimates).unwrap();
        session.run(&()).unwrap();
        estimates.found
    };
    for (total, resume, expected) in [
        (9, false, Some((6, 9, "for 9 steps"))),
        (30, true, Some((15, 21, "remaining 21 steps"))),
        (35, true, None),
    ] {
        let found = estimates(total, resume);
        let Some((at, steps, text)) = expected else {
            assert_eq!(found, []);
            continue;
        };
        let [(step, of, time, ms, message)] = &found[..] else { panic!("{found:?}") };
        assert_eq!((*step, *of), (at, steps));
        let whole = time.as_secs_f64() * 1e3 / steps as f64;
        assert!(*ms > 0.0 && (whole / ms - 1.0).abs() < 1e-3, "{found:?}");
        assert!(message.starts_with("about ") && message.contains(text), "{message}");
    }
}
