//! Which checkpoints are kept for the quality of their samples, whatever happens in between.

use std::fs;
use std::path::Path;

use super::checkpoints::{Faulty, LAST, names, newest, save, state};
use crate::checkpoint_dir::{self, Reason};
use crate::files::{Disk, Real};
use crate::journal::{Metric, Metrics};
use crate::retention::Retention;

/// Records the distance of the samples of `step` from real images.
fn measured(run: &Path, step: u64, swd: f64) {
    let metric =
        Metric { step, epoch: 0.0, swd, floor: 1.0, swd_levels: vec![(16, swd)], images: 2 };
    Metrics::open(run.join("metrics.jsonl"), step).unwrap().push(metric).unwrap();
}

/// Distances from real images after each step.
const DISTANCES: [f64; 9] = [5.0, 3.0, 4.0, 6.0, 3.0, 2.0, 7.0, 2.5, 2.0];

const BEST: Retention = Retention { last: 1, every: None, best: Some(2) };

fn take(run: &Path, disk: &mut impl Disk, step: u64) {
    measured(run, step, DISTANCES[step as usize - 1]);
    save(disk, run, &state(step), BEST, Reason::Due).unwrap();
}

fn steps(run: &Path) -> Vec<u64> {
    checkpoint_dir::list(run).unwrap().into_iter().map(|saved| saved.name.step).collect()
}

#[test]
fn the_best_are_kept_and_of_two_equal_ones_the_earlier() {
    let run = tempfile::tempdir().unwrap();
    let expected: [&[u64]; 9] =
        [&[1], &[1, 2], &[2, 3], &[2, 3, 4], &[2, 5], &[2, 6], &[2, 6, 7], &[6, 8], &[6, 9]];
    for (step, expected) in (1..).zip(expected) {
        take(run.path(), &mut Real, step);
        assert_eq!(steps(run.path()), expected, "after step {step}");
    }
    // One that was not measured is not one of the best, and those that were remain.
    save(&mut Real, run.path(), &state(10), BEST, Reason::Due).unwrap();
    assert_eq!(steps(run.path()), [6, 9, 10]);
    save(&mut Real, run.path(), &state(11), BEST, Reason::Due).unwrap();
    assert_eq!(steps(run.path()), [6, 9, 11]);
    // Without the rule nothing else keeps them.
    save(&mut Real, run.path(), &state(12), LAST, Reason::Due).unwrap();
    assert_eq!(steps(run.path()), [12]);
}

/// What was measured and then could not be saved must not displace what is there.
#[test]
fn only_what_exists_is_one_of_the_best() {
    let run = tempfile::tempdir().unwrap();
    let keep = Retention { last: 1, every: None, best: Some(1) };
    for (step, swd, saved) in [(1, 5.0, true), (2, 0.1, false), (3, 4.0, true), (4, 6.0, true)] {
        measured(run.path(), step, swd);
        if saved {
            save(&mut Real, run.path(), &state(step), keep, Reason::Due).unwrap();
        }
    }
    assert_eq!(steps(run.path()), [3, 4]);
}

/// Whichever operation of whichever step fails, and wherever the run is stopped and resumed: in the end the same
/// files are there.
#[test]
fn a_run_that_was_stopped_anywhere_keeps_the_same_files() {
    let straight = tempfile::tempdir().unwrap();
    (1..=9).for_each(|step| take(straight.path(), &mut Real, step));
    let mut stopped = 0;
    for at_step in 2..=8 {
        for at in 1.. {
            let run = tempfile::tempdir().unwrap();
            (1..at_step).for_each(|step| take(run.path(), &mut Real, step));
            measured(run.path(), at_step, DISTANCES[at_step as usize - 1]);
            let mut disk = Faulty { at, forever: true, asked: 0 };
            let _ = save(&mut disk, run.path(), &state(at_step), BEST, Reason::Due);
            if disk.asked < at {
                break;
            }
            stopped += 1;
            // The run knows nothing after the checkpoint that it resumes from.
            let from = newest(run.path()).unwrap().state.step;
            assert!(from == at_step || from == at_step - 1);
            drop(Metrics::open(run.path().join("metrics.jsonl"), from).unwrap());
            (from + 1..=9).for_each(|step| take(run.path(), &mut Real, step));
            assert_eq!(names(run.path()), names(straight.path()), "step {at_step}, operation {at}");
            let [a, b] =
                [&run, &straight].map(|run| fs::read(run.path().join("metrics.jsonl")).unwrap());
            assert!(a == b, "step {at_step}, operation {at}");
        }
    }
    assert!(stopped >= 7 * 6, "{stopped}");
}

#[test]
fn measurements_are_complete_or_as_they_were() {
    let run = tempfile::tempdir().unwrap();
    let path = run.path().join("metrics.jsonl");
    let read = || -> Vec<u64> {
        Metrics::read(path.clone()).unwrap().ranked().iter().map(|metric| metric.step).collect()
    };
    assert_eq!(read(), [0; 0]);
    [(1, 3.0), (2, 1.0), (3, 2.0)]
        .into_iter()
        .for_each(|(step, swd)| measured(run.path(), step, swd));
    assert_eq!(read(), [2, 3, 1]);
    // Measured again, a step has one line.
    measured(run.path(), 3, 0.5);
    assert_eq!(read(), [3, 2, 1]);
    drop(Metrics::open(path.clone(), 2).unwrap());
    assert_eq!(read(), [2, 1]);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text + "not a line\n").unwrap();
    assert_eq!(read(), [2, 1]);
    // What cannot be written is not kept in memory either.
    let mut metrics = Metrics::read(path.clone()).unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let metric = metrics.ranked()[0].clone();
    metrics.push(Metric { step: 9, ..metric }).unwrap_err();
    assert_eq!(metrics.last().map(|last| last.step), Some(2));
}

/// A resumed run writes what it has read: no last bit of a number may change by that.
#[test]
fn numbers_survive_reading_and_writing() {
    let run = tempfile::tempdir().unwrap();
    let path = run.path().join("metrics.jsonl");
    let mut metrics = Metrics::read(path.clone()).unwrap();
    for step in 1..200u64 {
        let swd = 1e5 / (step as f64).sqrt().exp();
        let swd_levels = vec![(32, swd.sqrt()), (16, swd.ln())];
        let metric =
            Metric { step, epoch: step as f64 / 47.0, swd, floor: 0.1, swd_levels, images: 2 };
        metrics.push(metric).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    drop(Metrics::open(path.clone(), 198).unwrap());
    let again = fs::read_to_string(&path).unwrap();
    assert_eq!(again.lines().count(), 198);
    assert!(written.starts_with(&again));
}
