//! The checkpoints in the folder of a run: their names, the newest one, and which of them are kept.

use std::path::{Path, PathBuf};

use dcgan_gan::{State, checkpoint};

use crate::files;
use crate::run_error::{Context, Result, RunError};

mod prune;

pub use dcgan_model::{CHECKPOINTS, Reason, Saved, SavedName};
pub(crate) use prune::{save, tidy};

/// A checkpoint that has been read.
#[derive(Debug)]
pub struct Checkpoint {
    /// The file.
    pub path: PathBuf,
    /// The version of its format.
    pub version: u32,
    /// The state of the run.
    pub state: State,
}

/// The checkpoint at `path`.
///
/// # Errors
/// If it cannot be read, or is not a valid checkpoint.
pub fn read(path: &Path) -> Result<Checkpoint> {
    let bytes = files::read(path)?;
    let decoded =
        checkpoint::decode(&bytes).and_then(|state| Ok((state, checkpoint::version(&bytes)?)));
    let (state, version) = decoded.map_err(|error| RunError::failed(error.to_string()))?;
    Ok(Checkpoint { path: path.to_owned(), version, state })
}

/// The newest valid checkpoint of a run. Damaged ones are skipped, each with a call of `warn`.
///
/// # Errors
/// If there is none.
pub fn newest(run: &Path, mut warn: impl FnMut(String)) -> Result<Checkpoint> {
    let skipped = |path: &Path, error: &RunError| {
        warn(format!("{}: {}", path.display(), error.report()));
    };
    let folder = run.join(CHECKPOINTS);
    match dcgan_model::newest(&list(run)?, read, skipped) {
        Ok(checkpoint) => Ok(checkpoint),
        Err(Some(error)) => {
            Err(error).with_context(|| format!("no checkpoint in {} is valid", folder.display()))
        }
        Err(None) => Err(RunError::failed(format!(
            "there is no checkpoint in {}; is this the folder of a run?",
            folder.display()
        ))),
    }
}

/// The checkpoints of a run, oldest first ([`dcgan_model::list`]).
///
/// # Errors
/// If the folder cannot be listed.
pub fn list(run: &Path) -> Result<Vec<Saved>> {
    dcgan_model::list(run)
        .with_context(|| format!("cannot list {}", run.join(CHECKPOINTS).display()))
}

/// The checkpoints of a [`list`] that belong to the history of the run, newest first. Excluded are those that
/// were abandoned by a rollback, once the run has saved again, and those that were saved only because the run
/// was stopped or because of a request.
#[must_use]
pub fn history(found: &[Saved]) -> Vec<&Saved> {
    let mut history: Vec<&Saved> = Vec::new();
    for saved in found.iter().rev().filter(|saved| saved.name.reason.is_due()) {
        let (name, newer) = (saved.name, history.last().map(|newer| newer.name));
        let abandoned =
            |newer: SavedName| newer.rollbacks > name.rollbacks && newer.step <= name.step;
        if !newer.is_some_and(abandoned) {
            history.push(saved);
        }
    }
    history
}

/// The name of a checkpoint of `state`.
pub(crate) fn name_of(state: &State, reason: Reason) -> SavedName {
    SavedName { rollbacks: state.rollbacks, step: state.step, reason }
}
