use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_gan::{State, checkpoint};

use super::keep::Keep;
use crate::files::{self, Disk};
use crate::{console, model};

/// Saves `state` in the folder of a run, for good if it is that of a `milestone`, and only when it
/// is on the disk lets go of those that need not stay.
pub(crate) fn save(
    disk: &mut impl Disk,
    run: &Path,
    state: &State,
    keep: Keep,
    milestone: Option<u64>,
) -> Result<PathBuf> {
    let path = run.join(model::CHECKPOINTS).join(model::checkpoint_name(state.step, milestone));
    files::write_on(disk, &path, &checkpoint::encode(state))?;
    // What is saved is safe, whatever becomes of the old ones.
    if let Err(error) = prune(disk, run, state.step, keep) {
        console::note(format_args!("warning: {error:#}"));
    }
    Ok(path)
}

/// Removes all but the last few up to `step` and those that stay for good.
///
/// What lies behind `step` was damaged when the run went on from before it. It is no reason to
/// remove anything, and will be replaced when the run comes there.
fn prune(disk: &mut impl Disk, run: &Path, step: u64, keep: Keep) -> Result<()> {
    let found = model::list(run)?;
    let past = found.iter().rev().filter(|old| old.step <= step);
    for old in past.skip(keep.last).filter(|old| old.milestone.is_none()) {
        files::remove_on(disk, &old.path)?;
    }
    Ok(())
}
