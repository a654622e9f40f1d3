//! A checkpoint is written under every failure of a disk, and by a process that is killed at every moment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcgan_gan::{Config, State};
use tempfile::TempDir;

use crate::checkpoint_dir::{self, CHECKPOINTS, Reason, SavedName};
use crate::files::{Disk, Op, Real};
use crate::journal::Metrics;
use crate::retention::Retention;
use crate::run_error::Result;

pub(super) const LAST: Retention = Retention { last: 1, every: None, best: None };

/// A state that takes several blocks.
pub(super) fn state(step: u64) -> State {
    let config = Config { image_size: 16, ngf: 16, ndf: 16, nz: 4, ..Config::default() };
    State { step, ..State::new(config).unwrap() }
}

/// Saves in a run with the measurements in its folder.
pub(super) fn save(
    disk: &mut impl Disk,
    run: &Path,
    state: &State,
    keep: Retention,
    reason: Reason,
) -> Result<PathBuf> {
    let metrics = Metrics::read(run.join("metrics.jsonl"))?;
    checkpoint_dir::save(disk, run, state, keep, reason, &metrics).map(|written| written.path)
}

/// The name of a checkpoint of a run that has never rolled back.
pub(super) fn at_step(step: u64, reason: Reason) -> SavedName {
    SavedName { rollbacks: 0, step, reason }
}

/// The newest valid checkpoint, whatever else there is.
pub(super) fn newest(run: &Path) -> Result<checkpoint_dir::Checkpoint> {
    checkpoint_dir::newest(run, drop)
}

pub(super) fn names(run: &Path) -> Vec<String> {
    let entries = fs::read_dir(run.join(CHECKPOINTS)).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every file with the name of a checkpoint is one.
#[track_caller]
fn assert_valid(run: &Path) {
    for saved in checkpoint_dir::list(run).unwrap() {
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

/// Records each operation, and what a process that is killed just before it leaves.
pub(super) struct Recording<'a> {
    pub(super) run: &'a Path,
    pub(super) ops: Vec<Op>,
    pub(super) left: Vec<TempDir>,
}

impl Disk for Recording<'_> {
    fn ask(&mut self, op: Op) -> io::Result<()> {
        self.ops.push(op);
        let copy = tempfile::tempdir()?;
        let checkpoints = self.run.join(CHECKPOINTS);
        fs::create_dir(copy.path().join(CHECKPOINTS))?;
        for entry in fs::read_dir(checkpoints)? {
            let name = entry?.file_name();
            let file = Path::new(CHECKPOINTS).join(name);
            fs::copy(self.run.join(&file), copy.path().join(&file))?;
        }
        self.left.push(copy);
        Ok(())
    }
}

#[test]
fn whichever_operation_fails_a_valid_checkpoint_is_found() {
    let mut injected = 0;
    for forever in [false, true] {
        for at in 1.. {
            let run = tempfile::tempdir().unwrap();
            save(&mut Real, run.path(), &state(1), LAST, Reason::Due).unwrap();
            let mut disk = Faulty { at, forever, asked: 0 };
            let saved = save(&mut disk, run.path(), &state(2), LAST, Reason::Due);
            if disk.asked < at {
                break;
            }
            injected += 1;
            assert_valid(run.path());
            let found = newest(run.path()).unwrap().state;
            // One whose folder could not be synced may be there nevertheless.
            assert!(saved.is_err() || found == state(2), "operation {at}");
            assert!(found == state(1) || found == state(2), "operation {at}");
            if let Err(error) = saved {
                let text = error.report();
                assert!(text.starts_with("cannot write ") && text.contains("step_00000002"));
                assert!(names(run.path()).contains(&"step_00000001.ckpt".to_owned()));
            }
            assert!(
                names(run.path()).iter().all(|name| name.ends_with(".ckpt")),
                "temporary files are left"
            );

            // The next interval finds free space again.
            save(&mut Real, run.path(), &state(3), LAST, Reason::Due).unwrap();
            assert_eq!(names(run.path()), ["step_00000003.ckpt"]);
        }
    }
    assert!(injected >= 2 * 8, "{injected}: all operations of several blocks");
}

#[test]
fn killed_before_any_operation_a_valid_checkpoint_is_found() {
    let run = tempfile::tempdir().unwrap();
    save(&mut Real, run.path(), &state(1), LAST, Reason::Due).unwrap();
    let mut disk = Recording { run: run.path(), ops: Vec::new(), left: Vec::new() };
    save(&mut disk, run.path(), &state(2), LAST, Reason::Due).unwrap();
    for (op, left) in disk.ops.iter().zip(&disk.left) {
        let found = newest(left.path()).unwrap().state;
        assert_valid(left.path());
        let renamed = matches!(op, Op::SyncFolder | Op::Remove);
        assert!(found == state(if renamed { 2 } else { 1 }), "{op:?}");
        crate::files::sweep(&left.path().join(CHECKPOINTS));
        assert!(names(left.path()).iter().all(|name| name.ends_with(".ckpt")), "{op:?}");
    }
    // So it survives a power failure too: bytes before the name, the name before the old one is deleted.
    disk.ops.dedup();
    let order = [Op::Create, Op::Write, Op::Sync, Op::Rename, Op::SyncFolder, Op::Remove];
    assert_eq!(disk.ops, order);
}

#[test]
fn the_folder_is_on_the_disk_before_the_first_checkpoint_is_in_it() {
    let run = tempfile::tempdir().unwrap();
    for at in [1, 2] {
        let mut disk = Faulty { at, forever: true, asked: 0 };
        save(&mut disk, run.path(), &state(1), LAST, Reason::Due).unwrap_err();
        assert_eq!(disk.asked, at, "nothing is tried after a failure");
        assert!(checkpoint_dir::list(run.path()).unwrap().is_empty());
        let _ = fs::remove_dir(run.path().join(CHECKPOINTS));
    }
}

#[test]
fn milestones_are_kept_and_the_last_of_the_others() {
    let run = tempfile::tempdir().unwrap();
    let keep = Retention { last: 2, every: Some(2), best: None };
    for step in 1..=7 {
        // An epoch a step.
        let milestone = keep.milestone((step - 1) as f64, step as f64);
        let reason = milestone.map_or(Reason::Due, Reason::Milestone);
        save(&mut Real, run.path(), &state(step), keep, reason).unwrap();
    }
    let expected = [
        "step_00000002_epoch_0002.ckpt",
        "step_00000004_epoch_0004.ckpt",
        "step_00000006_epoch_0006.ckpt",
        "step_00000007.ckpt",
    ];
    assert_eq!(names(run.path()), expected);
    // With fewer rules than it was saved under: permanent is permanent.
    save(&mut Real, run.path(), &state(8), LAST, Reason::Due).unwrap();
    assert_eq!(names(run.path())[..3], expected[..3]);
    assert_eq!(names(run.path())[3..], ["step_00000008.ckpt"]);
}

/// A run that resumes from before damaged checkpoints must not delete valid ones because of them.
#[test]
fn damaged_checkpoints_ahead_do_not_cost_valid_ones() {
    let run = tempfile::tempdir().unwrap();
    save(&mut Real, run.path(), &state(1), LAST, Reason::Due).unwrap();
    let ahead: Vec<PathBuf> = [5, 6, 7]
        .map(|step| run.path().join(CHECKPOINTS).join(at_step(step, Reason::Due).to_string()))
        .into();
    for path in &ahead {
        fs::write(path, "damaged").unwrap();
    }
    save(&mut Real, run.path(), &state(2), LAST, Reason::Due).unwrap();
    assert!(newest(run.path()).unwrap().state == state(2));
    save(&mut Real, run.path(), &state(7), LAST, Reason::Due).unwrap();
    assert_eq!(names(run.path()), ["step_00000007.ckpt"], "replaced when the run gets there");
}
