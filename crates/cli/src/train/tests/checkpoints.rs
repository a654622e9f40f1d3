//! A checkpoint is written under every failure that a disk can have, and killed at every moment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcgan_gan::{Config, State};
use tempfile::TempDir;

use crate::files::{Disk, Op, Real};
use crate::model::{self, Name, Why};
use crate::train::checkpoints;
use crate::train::keep::Keep;
use crate::train::metrics::Metrics;

pub(super) const LAST: Keep = Keep { last: 1, every: None, best: None };

/// At which several blocks are written.
pub(super) fn state(step: u64) -> State {
    let config = Config { image_size: 16, ngf: 16, ndf: 16, nz: 4, ..Config::default() };
    State { step, ..State::new(config).unwrap() }
}

/// Saves in a run whose folder tells what was measured.
pub(super) fn save(
    disk: &mut impl Disk,
    run: &Path,
    state: &State,
    keep: Keep,
    why: Why,
) -> anyhow::Result<PathBuf> {
    let metrics = Metrics::read(run.join("metrics.jsonl"))?;
    checkpoints::save(disk, run, state, keep, why, &metrics)
}

pub(super) fn names(run: &Path) -> Vec<String> {
    let entries = fs::read_dir(run.join(model::CHECKPOINTS)).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// That nothing bears the name of a checkpoint that is none.
#[track_caller]
fn assert_whole(run: &Path) {
    for saved in model::list(run).unwrap() {
        let bytes = fs::read(&saved.path).unwrap();
        dcgan_gan::checkpoint::decode(&bytes).unwrap();
    }
}

/// Refuses operation number `at`, or, if `forever`, that and all that follow.
pub(super) struct Faulty {
    pub(super) at: usize,
    pub(super) forever: bool,
    pub(super) asked: usize,
}

impl Disk for Faulty {
    fn ask(&mut self, _: Op) -> io::Result<()> {
        self.asked += 1;
        let fails = self.asked == self.at || self.forever && self.asked > self.at;
        if fails { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

/// Notes each operation, and what a process that is killed just before it leaves.
struct Watched<'a> {
    run: &'a Path,
    ops: Vec<Op>,
    left: Vec<TempDir>,
}

impl Disk for Watched<'_> {
    fn ask(&mut self, op: Op) -> io::Result<()> {
        self.ops.push(op);
        let copy = tempfile::tempdir()?;
        let checkpoints = self.run.join(model::CHECKPOINTS);
        fs::create_dir(copy.path().join(model::CHECKPOINTS))?;
        for entry in fs::read_dir(checkpoints)? {
            let name = entry?.file_name();
            let file = Path::new(model::CHECKPOINTS).join(name);
            fs::copy(self.run.join(&file), copy.path().join(&file))?;
        }
        self.left.push(copy);
        Ok(())
    }
}

#[test]
fn whichever_operation_fails_a_whole_checkpoint_is_there_and_found() {
    let mut injected = 0;
    for forever in [false, true] {
        for at in 1.. {
            let run = tempfile::tempdir().unwrap();
            save(&mut Real, run.path(), &state(1), LAST, Why::Due).unwrap();
            let mut disk = Faulty { at, forever, asked: 0 };
            let saved = save(&mut disk, run.path(), &state(2), LAST, Why::Due);
            if disk.asked < at {
                break;
            }
            injected += 1;
            assert_whole(run.path());
            let found = model::newest(run.path()).unwrap().state;
            // What could not be seen to reach the disk may be there all the same.
            assert!(saved.is_err() || found == state(2), "operation {at}");
            assert!(found == state(1) || found == state(2), "operation {at}");
            if let Err(error) = saved {
                let text = format!("{error:#}");
                assert!(text.starts_with("cannot write ") && text.contains("step_00000002"));
                assert!(names(run.path()).contains(&"step_00000001.ckpt".to_owned()));
            }
            assert!(
                names(run.path()).iter().all(|name| name.ends_with(".ckpt")),
                "no rest is left"
            );

            // The next interval finds room again.
            save(&mut Real, run.path(), &state(3), LAST, Why::Due).unwrap();
            assert_eq!(names(run.path()), ["step_00000003.ckpt"]);
        }
    }
    assert!(injected >= 2 * 8, "{injected}: all operations of several blocks");
}

#[test]
fn killed_before_any_operation_a_whole_checkpoint_is_there_and_found() {
    let run = tempfile::tempdir().unwrap();
    save(&mut Real, run.path(), &state(1), LAST, Why::Due).unwrap();
    let mut disk = Watched { run: run.path(), ops: Vec::new(), left: Vec::new() };
    save(&mut disk, run.path(), &state(2), LAST, Why::Due).unwrap();
    for (op, left) in disk.ops.iter().zip(&disk.left) {
        let found = model::newest(left.path()).unwrap().state;
        assert_whole(left.path());
        let renamed = matches!(op, Op::SyncFolder | Op::Remove);
        assert!(found == state(if renamed { 2 } else { 1 }), "{op:?}");
        crate::files::sweep(&left.path().join(model::CHECKPOINTS));
        assert!(names(left.path()).iter().all(|name| name.ends_with(".ckpt")), "{op:?}");
    }
    // So a loss of power finds it too: bytes before name, name before the old one goes.
    disk.ops.dedup();
    let order = [Op::Create, Op::Write, Op::Sync, Op::Rename, Op::SyncFolder, Op::Remove];
    assert_eq!(disk.ops, order);
}

#[test]
fn the_folder_is_on_the_disk_before_the_first_checkpoint_is_in_it() {
    let run = tempfile::tempdir().unwrap();
    for at in [1, 2] {
        let mut disk = Faulty { at, forever: true, asked: 0 };
        save(&mut disk, run.path(), &state(1), LAST, Why::Due).unwrap_err();
        assert_eq!(disk.asked, at, "nothing is tried after a failure");
        assert!(model::list(run.path()).unwrap().is_empty());
        let _ = fs::remove_dir(run.path().join(model::CHECKPOINTS));
    }
}

#[test]
fn milestones_stay_and_of_the_rest_the_last() {
    let run = tempfile::tempdir().unwrap();
    let keep = Keep { last: 2, every: Some(2), best: None };
    for step in 1..=7 {
        // An epoch a step.
        let milestone = keep.milestone((step - 1) as f64, step as f64);
        let why = milestone.map_or(Why::Due, Why::Milestone);
        save(&mut Real, run.path(), &state(step), keep, why).unwrap();
    }
    let expected = [
        "step_00000002_epoch_0002.ckpt",
        "step_00000004_epoch_0004.ckpt",
        "step_00000006_epoch_0006.ckpt",
        "step_00000007.ckpt",
    ];
    assert_eq!(names(run.path()), expected);
    // With fewer rules than it was saved under: for good is for good.
    save(&mut Real, run.path(), &state(8), LAST, Why::Due).unwrap();
    assert_eq!(names(run.path())[..3], expected[..3]);
    assert_eq!(names(run.path())[3..], ["step_00000008.ckpt"]);
}

/// A run that goes on from before damaged checkpoints must not let go of whole ones for their sake.
#[test]
fn damaged_checkpoints_ahead_do_not_cost_whole_ones() {
    let run = tempfile::tempdir().unwrap();
    save(&mut Real, run.path(), &state(1), LAST, Why::Due).unwrap();
    let ahead: Vec<PathBuf> = [5, 6, 7]
        .map(|step| run.path().join(model::CHECKPOINTS).join(Name::of(step, Why::Due).to_string()))
        .into();
    for path in &ahead {
        fs::write(path, "damaged").unwrap();
    }
    save(&mut Real, run.path(), &state(2), LAST, Why::Due).unwrap();
    assert!(model::newest(run.path()).unwrap().state == state(2));
    save(&mut Real, run.path(), &state(7), LAST, Why::Due).unwrap();
    assert_eq!(names(run.path()), ["step_00000007.ckpt"], "replaced when the run comes there");
}

/// As another run's, that has gone back so many times.
fn after(rollbacks: u32, step: u64) -> State {
    State { rollbacks, ..state(step) }
}

#[test]
fn one_of_a_run_that_was_stopped_takes_no_other_s_place() {
    let run = tempfile::tempdir().unwrap();
    let keep = Keep { last: 2, every: None, best: None };
    let save = |step, why| save(&mut Real, run.path(), &state(step), keep, why).unwrap();
    [2, 4].into_iter().for_each(|step| drop(save(step, Why::Due)));
    for step in [5, 7] {
        save(step, Why::Stopped);
        let expected = [2, 4].map(|step| Name::of(step, Why::Due).to_string());
        let stopped = Name::of(step, Why::Stopped).to_string();
        assert_eq!(names(run.path()), [&expected[..], &[stopped]].concat());
        assert!(model::newest(run.path()).unwrap().state == state(step), "it is gone on from");
    }
    save(8, Why::Due);
    assert_eq!(names(run.path()), [4, 8].map(|step| Name::of(step, Why::Due).to_string()));
    // Where one comes to be due at the same step, it takes its place.
    save(9, Why::Stopped);
    save(9, Why::Due);
    assert_eq!(names(run.path()), [8, 9].map(|step| Name::of(step, Why::Due).to_string()));
}

/// A run that goes back leaves what lies ahead until it has saved anew, and then for good.
#[test]
fn what_a_run_went_back_from_stays_until_it_has_saved_anew() {
    let run = tempfile::tempdir().unwrap();
    let keep = Keep { last: 3, every: None, best: None };
    let save = |state: State, why| save(&mut Real, run.path(), &state, keep, why).unwrap();
    [10, 20, 30].into_iter().for_each(|step| drop(save(state(step), Why::Due)));
    // From step 10 on with other latents; stopped before it has come to step 20.
    save(after(1, 15), Why::Stopped);
    assert!(model::newest(run.path()).unwrap().state == after(1, 15));
    assert_eq!(names(run.path()).len(), 4, "{:?}", names(run.path()));
    // At step 20 those of before are given up, but not before the new one is on the disk.
    let mut disk = Watched { run: run.path(), ops: Vec::new(), left: Vec::new() };
    self::save(&mut disk, run.path(), &after(1, 20), keep, Why::Due).unwrap();
    for (op, left) in disk.ops.iter().zip(&disk.left) {
        let found = model::newest(left.path()).unwrap().state;
        let renamed = matches!(op, Op::SyncFolder | Op::Remove);
        assert!(found == if renamed { after(1, 20) } else { after(1, 15) }, "{op:?}");
    }
    assert_eq!(names(run.path()), ["step_00000010.ckpt", "step_00000020_rollback_1.ckpt"]);
    [30, 40].into_iter().for_each(|step| drop(save(after(1, step), Why::Due)));
    assert_eq!(names(run.path())[0], "step_00000020_rollback_1.ckpt");
    assert_eq!(names(run.path()).len(), 3);
}

/// If the only one of a later way is damaged, the run goes on on the earlier one, and nothing of that may
/// be taken for what was left.
#[test]
fn a_damaged_checkpoint_of_a_later_way_does_not_cost_those_of_the_earlier() {
    let run = tempfile::tempdir().unwrap();
    save(&mut Real, run.path(), &state(10), LAST, Why::Due).unwrap();
    save(&mut Real, run.path(), &after(1, 11), LAST, Why::Due).unwrap();
    let damaged = run.path().join(model::CHECKPOINTS).join("step_00000011_rollback_1.ckpt");
    fs::write(&damaged, "damaged").unwrap();
    for step in [12, 13] {
        save(&mut Real, run.path(), &state(step), LAST, Why::Due).unwrap();
        assert!(model::newest(run.path()).unwrap().state == state(step));
    }
}
