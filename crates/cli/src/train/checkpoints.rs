use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_gan::{State, checkpoint};

use super::keep::Keep;
use super::metrics::Metrics;
use crate::files::{self, Disk, Real};
use crate::model::{Name, Saved, Why};
use crate::{console, model};

/// Saves `state` in the folder of a run, and only when it is on the disk lets go of those that need not
/// stay. Which of them are the best says `metrics`.
pub(crate) fn save(
    disk: &mut impl Disk,
    run: &Path,
    state: &State,
    keep: Keep,
    why: Why,
    metrics: &Metrics,
) -> Result<PathBuf> {
    let name = Name::of_state(state, why);
    let path = name.path(run);
    files::write_on(disk, &path, &checkpoint::encode(state))?;
    // What is saved is safe, whatever becomes of the old ones.
    if let Err(error) = prune(disk, run, name, keep, metrics) {
        console::note(format_args!("warning: {error:#}"));
    }
    Ok(path)
}

/// Lets go of what a process that was killed after it had saved `state` could not let go of any more.
pub(crate) fn tidy(run: &Path, state: &State, keep: Keep, metrics: &Metrics) -> Result<()> {
    let found = model::list(run)?;
    match found.iter().find(|saved| saved.name == Name::of_state(state, saved.name.why)) {
        Some(saved) => prune(&mut Real, run, saved.name, keep, metrics),
        None => Ok(()),
    }
}

/// Removes all that are not newer than `saved` and need not stay: but the last few on the way of the run,
/// the best, and those that stay for good.
///
/// What is newer was damaged when the run went on from before it. It is no reason to remove anything, and
/// will be replaced when the run comes there.
///
/// The one of a run that was stopped counts for nothing and takes only the place of another one, so that
/// those that were due are what they would be without.
///
/// What goes follows from what is on the disk and nothing else, so that a run that was stopped before
/// it came here makes good for it the next time. One that goes is never among the best later: those
/// that come can only be better.
fn prune(
    disk: &mut impl Disk,
    run: &Path,
    saved: Name,
    keep: Keep,
    metrics: &Metrics,
) -> Result<()> {
    let mut past = model::list(run)?;
    past.retain(|old| (old.name.rollbacks, old.name.step) <= (saved.rollbacks, saved.step));
    let stay = match saved.why {
        Why::Stopped => past.iter().filter(|old| old.name.why != Why::Stopped).collect(),
        Why::Due | Why::Milestone(_) => staying(&past, keep, metrics),
    };
    for old in past.iter().filter(|old| old.name != saved && !stay.contains(old)) {
        files::remove_on(disk, &old.path)?;
    }
    Ok(())
}

/// The last few on the way of a run, the best, and those that stay for good.
fn staying<'a>(past: &'a [Saved], keep: Keep, metrics: &Metrics) -> Vec<&'a Saved> {
    let way = model::on_the_way(past);
    let ranked = metrics.ranked().into_iter().map(|metric| metric.step);
    let there = ranked.filter(|&step| way.iter().any(|old| old.name.step == step));
    let best: Vec<u64> = there.take(keep.best.unwrap_or(0)).collect();
    let stays = |newer: usize, name: Name| keep.holds(newer, name.why) || best.contains(&name.step);
    let way = way.into_iter().enumerate().filter(|(newer, old)| stays(*newer, old.name));
    way.map(|(_, old)| old).collect()
}
