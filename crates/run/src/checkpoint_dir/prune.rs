use std::path::{Path, PathBuf};

use dcgan_gan::{State, checkpoint};

use super::{Reason, Saved, SavedName, history, list, name_of};
use crate::files::{self, Disk, Real};
use crate::journal::Metrics;
use crate::retention::Retention;
use crate::run_error::{Context, Result, RunError};

/// A checkpoint that was written.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    /// Why older ones could not be deleted.
    pub(crate) unpruned: Option<RunError>,
}

/// Saves `state` in the folder of a run. Once it is on the disk, deletes the checkpoints that need not be kept.
/// `metrics` determines which are the best.
pub(crate) fn save(
    disk: &mut impl Disk,
    run: &Path,
    state: &State,
    keep: Retention,
    reason: Reason,
    metrics: &Metrics,
) -> Result<Written> {
    let name = name_of(state, reason);
    let path = name.path(run);
    let bytes =
        checkpoint::encode(state).with_context(|| format!("{} is not written", path.display()))?;
    files::write_on(disk, &path, &bytes)?;
    // The new checkpoint is safe even if old ones cannot be deleted.
    let unpruned = prune(disk, run, name, keep, metrics).err();
    Ok(Written { path, unpruned })
}

/// Deletes the checkpoints that a process which was killed after saving `state` had no time to delete.
pub(crate) fn tidy(run: &Path, state: &State, keep: Retention, metrics: &Metrics) -> Result<()> {
    let found = list(run)?;
    let of_state = |saved: &&Saved| saved.name == name_of(state, saved.name.reason);
    match found.iter().find(of_state) {
        Some(saved) => prune(&mut Real, run, saved.name, keep, metrics),
        None => Ok(()),
    }
}

/// Deletes all checkpoints that are not newer than `saved` and need not be kept.
///
/// Newer ones were damaged when the run resumed from an earlier one. They are left alone, and replaced when the
/// run reaches their steps again.
///
/// A checkpoint of a stopped run replaces only other ones of that kind, and a requested one replaces nothing, so
/// neither affects the checkpoints that were due.
///
/// What is deleted depends only on the files on the disk, so a run that was killed before this point does it the
/// next time. A deleted checkpoint never becomes one of the best later: new ones can only be better.
fn prune(
    disk: &mut impl Disk,
    run: &Path,
    saved: SavedName,
    keep: Retention,
    metrics: &Metrics,
) -> Result<()> {
    let mut past = list(run)?;
    past.retain(|old| (old.name.rollbacks, old.name.step) <= (saved.rollbacks, saved.step));
    past.retain(|old| old.name.reason != Reason::Requested);
    let kept = match saved.reason {
        Reason::Requested => return Ok(()),
        Reason::Stopped => past.iter().filter(|old| old.name.reason.is_due()).collect(),
        Reason::Due | Reason::Milestone(_) => kept(&past, keep, metrics),
    };
    for old in past.iter().filter(|old| old.name != saved && !kept.contains(old)) {
        files::remove_on(disk, &old.path)?;
    }
    Ok(())
}

/// The last few in the history of the run, the best, and the permanent ones.
fn kept<'a>(past: &'a [Saved], keep: Retention, metrics: &Metrics) -> Vec<&'a Saved> {
    let history = history(past);
    let ranked = metrics.ranked().into_iter().map(|metric| metric.step);
    let there = ranked.filter(|&step| history.iter().any(|old| old.name.step == step));
    let best: Vec<u64> = there.take(keep.best.unwrap_or(0)).collect();
    let is_kept =
        |newer: usize, name: SavedName| keep.keeps(newer, name.reason) || best.contains(&name.step);
    let history = history.into_iter().enumerate();
    history.filter(|(newer, old)| is_kept(*newer, old.name)).map(|(_, old)| old).collect()
}
