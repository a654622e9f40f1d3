//! Checkpoints of runs that were stopped, that rolled back, and that were asked for.

use std::fs;

use dcgan_gan::State;

use super::checkpoints::{LAST, Recording, at_step, names, newest, save, state};
use crate::checkpoint_dir::{self, CHECKPOINTS, Reason, SavedName};
use crate::files::{Op, Real};
use crate::retention::Retention;

/// That of a run after rollbacks.
fn after(rollbacks: u32, step: u64) -> State {
    State { rollbacks, ..state(step) }
}

#[test]
fn a_checkpoint_of_a_stopped_run_replaces_no_other() {
    let run = tempfile::tempdir().unwrap();
    let keep = Retention { last: 2, every: None, best: None };
    let save = |step, reason| save(&mut Real, run.path(), &state(step), keep, reason).unwrap();
    [2, 4].into_iter().for_each(|step| drop(save(step, Reason::Due)));
    for step in [5, 7] {
        save(step, Reason::Stopped);
        let expected = [2, 4].map(|step| at_step(step, Reason::Due).to_string());
        let stopped = at_step(step, Reason::Stopped).to_string();
        assert_eq!(names(run.path()), [&expected[..], &[stopped]].concat());
        assert!(newest(run.path()).unwrap().state == state(step), "it is resumed from");
    }
    save(8, Reason::Due);
    assert_eq!(names(run.path()), [4, 8].map(|step| at_step(step, Reason::Due).to_string()));
    // One that is due at the same step replaces it.
    save(9, Reason::Stopped);
    save(9, Reason::Due);
    assert_eq!(names(run.path()), [8, 9].map(|step| at_step(step, Reason::Due).to_string()));
}

/// A run that rolls back keeps what is ahead until it has saved again.
#[test]
fn what_a_run_rolled_back_from_is_kept_until_it_has_saved_again() {
    let run = tempfile::tempdir().unwrap();
    let keep = Retention { last: 3, every: None, best: None };
    let save = |state: State, reason| save(&mut Real, run.path(), &state, keep, reason).unwrap();
    [10, 20, 30].into_iter().for_each(|step| drop(save(state(step), Reason::Due)));
    // From step 10 on with different latents; stopped before step 20.
    save(after(1, 15), Reason::Stopped);
    assert!(newest(run.path()).unwrap().state == after(1, 15));
    assert_eq!(names(run.path()).len(), 4, "{:?}", names(run.path()));
    // At step 20 the old ones are deleted, but not before the new one is on the disk.
    let mut disk = Recording { run: run.path(), ops: Vec::new(), left: Vec::new() };
    self::save(&mut disk, run.path(), &after(1, 20), keep, Reason::Due).unwrap();
    for (op, left) in disk.ops.iter().zip(&disk.left) {
        let found = newest(left.path()).unwrap().state;
        let renamed = matches!(op, Op::SyncFolder | Op::Remove);
        assert!(found == if renamed { after(1, 20) } else { after(1, 15) }, "{op:?}");
    }
    assert_eq!(names(run.path()), ["step_00000010.ckpt", "step_00000020_rollback_1.ckpt"]);
    [30, 40].into_iter().for_each(|step| drop(save(after(1, step), Reason::Due)));
    assert_eq!(names(run.path())[0], "step_00000020_rollback_1.ckpt");
    assert_eq!(names(run.path()).len(), 3);
}

/// If the only one after a rollback is damaged, the run resumes from before it, and what it saves then must not be
/// taken for abandoned.
#[test]
fn a_damaged_checkpoint_after_a_rollback_does_not_cost_later_ones() {
    let run = tempfile::tempdir().unwrap();
    save(&mut Real, run.path(), &state(10), LAST, Reason::Due).unwrap();
    save(&mut Real, run.path(), &after(1, 11), LAST, Reason::Due).unwrap();
    let damaged = run.path().join(CHECKPOINTS).join("step_00000011_rollback_1.ckpt");
    fs::write(&damaged, "damaged").unwrap();
    for step in [12, 13] {
        save(&mut Real, run.path(), &state(step), LAST, Reason::Due).unwrap();
        assert!(newest(run.path()).unwrap().state == state(step));
    }
}

#[test]
fn the_name_of_a_checkpoint_shows_its_step_and_its_reason() {
    let run = tempfile::tempdir().unwrap();
    let folder = run.path().join(CHECKPOINTS);
    fs::create_dir(&folder).unwrap();
    // In the order in which they were made.
    let names = [
        (0, 3, Reason::Due, "step_00000003.ckpt"),
        (0, 7, Reason::Requested, "step_00000007_requested.ckpt"),
        (0, 20, Reason::Milestone(50), "step_00000020_epoch_0050.ckpt"),
        (0, 900_000_000, Reason::Due, "step_900000000.ckpt"),
        (1, 2, Reason::Due, "step_00000002_rollback_1.ckpt"),
        (1, 4, Reason::Milestone(10), "step_00000004_rollback_1_epoch_0010.ckpt"),
        (1, 5, Reason::Stopped, "step_00000005_rollback_1_stopped.ckpt"),
        (1, 5, Reason::Requested, "step_00000005_rollback_1_requested.ckpt"),
        (2, 1, Reason::Stopped, "step_00000001_rollback_2_stopped.ckpt"),
    ];
    for (.., name) in names.iter().rev() {
        fs::write(folder.join(name), "").unwrap();
    }
    for other in [
        ".dcgan-x.part",
        "step_7.ckpt.old",
        "step_7_epoch_x.ckpt",
        "step_7_best.ckpt",
        "step_7_rollback_.ckpt",
        "step_7_stopped_epoch_2.ckpt",
        "step_7_requested_epoch_2.ckpt",
        "step_stopped.ckpt",
    ] {
        fs::write(folder.join(other), "").unwrap();
    }
    let found = checkpoint_dir::list(run.path()).unwrap().into_iter();
    let found: Vec<_> = found.map(|saved| (saved.name, saved.name.to_string())).collect();
    let expected = names.map(|(rollbacks, step, reason, name)| {
        (SavedName { rollbacks, step, reason }, name.to_owned())
    });
    assert_eq!(found, expected);
}

#[test]
fn a_requested_checkpoint_is_kept_and_disturbs_no_other() {
    let run = tempfile::tempdir().unwrap();
    let keep = Retention { last: 2, every: None, best: None };
    let save = |step, reason| save(&mut Real, run.path(), &state(step), keep, reason).unwrap();
    [2, 4].into_iter().for_each(|step| drop(save(step, Reason::Due)));
    save(5, Reason::Stopped);
    save(6, Reason::Requested);
    let expected =
        [(2, Reason::Due), (4, Reason::Due), (5, Reason::Stopped), (6, Reason::Requested)];
    let expected = expected.map(|(step, reason)| at_step(step, reason).to_string());
    assert_eq!(names(run.path()), expected, "nothing is deleted for it");
    assert!(newest(run.path()).unwrap().state == state(6), "it is resumed from");
    for step in [8, 10, 12] {
        save(step, Reason::Due);
    }
    save(13, Reason::Stopped);
    let expected =
        [(6, Reason::Requested), (10, Reason::Due), (12, Reason::Due), (13, Reason::Stopped)];
    let expected = expected.map(|(step, reason)| at_step(step, reason).to_string());
    assert_eq!(names(run.path()), expected);
    let found = checkpoint_dir::list(run.path()).unwrap();
    let steps: Vec<u64> =
        checkpoint_dir::history(&found).iter().map(|saved| saved.name.step).collect();
    assert_eq!(steps, [12, 10], "it is not rolled back to");
}
