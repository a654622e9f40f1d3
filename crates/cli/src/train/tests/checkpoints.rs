//! A checkpoint is written under every failure that a disk can have, and killed at every moment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcgan_gan::{Config, State};
use tempfile::TempDir;

use crate::files::{Disk, Op, Real};
use crate::model;
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
    milestone: Option<u64>,
) -> anyhow::Result<PathBuf> {
    let metrics = Metrics::read(run.join("metrics.jsonl"))?;
    checkpoints::save(disk, run, state, keep, milestone, &metrics)
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
            save(&mut Real, run.path(), &state(1), LAST, None).unwrap();
            let mut disk = Faulty { at, forever, asked: 0 };
            let saved = save(&mut disk, run.path(), &state(2), LAST, None);
            if disk.asked < at {
                break;
            }
            injected += 1;
            assert_whole(run.path());
            let (_, found) = model::newest(run.path()).unwrap();
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
            save(&mut Real, run.path(), &state(3), LAST, None).unwrap();
            assert_eq!(names(run.path()), ["step_00000003.ckpt"]);
        }
    }
    assert!(injected >= 2 * 8, "{injected}: all operations of several blocks");
}

#[test]
fn killed_before_any_operation_a_whole_checkpoint_is_there_and_found() {
    let run = tempfile::tempdir().unwrap();
    save(&mut Real, run.path(), &state(1), LAST, None).unwrap();
    let mut disk = Watched { run: run.path(), ops: Vec::new(), left: Vec::new() };
    save(&mut disk, run.path(), &state(2), LAST, None).unwrap();
    for (op, left) in disk.ops.iter().zip(&disk.left) {
        let (_, found) = model::newest(left.path()).unwrap();
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
        save(&mut disk, run.path(), &state(1), LAST, None).unwrap_err();
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
        save(&mut Real, run.path(), &state(step), keep, milestone).unwrap();
    }
    let expected = [
        "step_00000002_epoch_0002.ckpt",
        "step_00000004_epoch_0004.ckpt",
        "step_00000006_epoch_0006.ckpt",
        "step_00000007.ckpt",
    ];
    assert_eq!(names(run.path()), expected);
    // With fewer rules than it was saved under: for good is for good.
    save(&mut Real, run.path(), &state(8), LAST, None).unwrap();
    assert_eq!(names(run.path())[..3], expected[..3]);
    assert_eq!(names(run.path())[3..], ["step_00000008.ckpt"]);
}

/// A run that goes on from before damaged checkpoints must not let go of whole ones for their sake.
#[test]
fn damaged_checkpoints_ahead_do_not_cost_whole_ones() {
    let run = tempfile::tempdir().unwrap();
    save(&mut Real, run.path(), &state(1), LAST, None).unwrap();
    let ahead: Vec<PathBuf> = [5, 6, 7]
        .map(|step| run.path().join(model::CHECKPOINTS).join(model::checkpoint_name(step, None)))
        .into();
    for path in &ahead {
        fs::write(path, "damaged").unwrap();
    }
    save(&mut Real, run.path(), &state(2), LAST, None).unwrap();
    assert!(model::newest(run.path()).unwrap().1 == state(2));
    save(&mut Real, run.path(), &state(7), LAST, None).unwrap();
    assert_eq!(names(run.path()), ["step_00000007.ckpt"], "replaced when the run comes there");
}
