use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_gan::{State, checkpoint};

use super::keep::Keep;
use super::metrics::Metrics;
use crate::files::{self, Disk};
use crate::model::Saved;
use crate::{console, model};

/// Saves `state` in the folder of a run, for good if it is that of a `milestone`, and only when it
/// is on the disk lets go of those that need not stay. Which of them are the best says `metrics`.
pub(crate) fn save(
    disk: &mut impl Disk,
    run: &Path,
    state: &State,
    keep: Keep,
    milestone: Option<u64>,
    metrics: &Metrics,
) -> Result<PathBuf> {
    let path = run.join(model::CHECKPOINTS).join(model::checkpoint_name(state.step, milestone));
    files::write_on(disk, &path, &checkpoint::encode(state))?;
    // What is saved is safe, whatever becomes of the old ones.
    if let Err(error) = prune(disk, run, state.step, keep, metrics) {
        console::note(format_args!("warning: {error:#}"));
    }
    Ok(path)
}

/// Removes all but the last few up to `step`, the best, and those that stay for good.
///
/// What lies behind `step` was damaged when the run went on from before it. It is no reason to
/// remove anything, and will be replaced when the run comes there.
///
/// What goes follows from what is on the disk and nothing else, so that a run that was stopped before
/// it came here makes good for it the next time. One that goes is never among the best later: those
/// that come can only be better.
fn prune(disk: &mut impl Disk, run: &Path, step: u64, keep: Keep, metrics: &Metrics) -> Result<()> {
    let found = model::list(run)?;
    let past: Vec<_> = found.iter().rev().filter(|old| old.step <= step).collect();
    let ranked = metrics.ranked().into_iter().map(|metric| metric.step);
    let there = ranked.filter(|&step| past.iter().any(|old| old.step == step));
    let best: Vec<u64> = there.take(keep.best.unwrap_or(0)).collect();
    let goes = |old: &Saved| old.milestone.is_none() && !best.contains(&old.step);
    for old in past.into_iter().skip(keep.last).filter(|old| goes(old)) {
        files::remove_on(disk, &old.path)?;
    }
    Ok(())
}
