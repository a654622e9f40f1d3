//! Opens a model given on the command line: a run folder, a checkpoint or a safetensors file.

use std::path::Path;

use anyhow::{Context, Result, bail};
use dcgan_gan::{Fingerprint, State, checkpoint, interop};
use dcgan_run::checkpoint_dir::{self, Checkpoint, Saved};
use dcgan_run::files;

use crate::console;

/// The state of a run folder, a checkpoint, or a generator's safetensors file.
pub(crate) fn open(path: &Path) -> Result<State> {
    if path.is_dir() {
        return Ok(newest(path)?.state);
    }
    if !path.exists() {
        bail!(
            "{} does not exist; --model takes a run folder, a checkpoint, or the safetensors file of a generator",
            path.display()
        );
    }
    let bytes = files::read(path)?;
    if path.extension().is_some_and(|extension| extension == "safetensors") {
        return interop::import(&bytes, None).with_context(|| path.display().to_string());
    }
    checkpoint::decode(&bytes).with_context(|| path.display().to_string())
}

/// The newest valid checkpoint of a run. Warns about damaged ones.
pub(crate) fn newest(run: &Path) -> Result<Checkpoint> {
    Ok(checkpoint_dir::newest(run, console::warn)?)
}

/// The state of the model at `path` if its generator has this fingerprint; for a run folder, the state of the
/// newest checkpoint with this fingerprint.
///
/// # Errors
/// If there is no model at `path`. A different model is not an error.
pub(crate) fn with_fingerprint(path: &Path, wanted: Fingerprint) -> Result<Found> {
    let state = open(path)?;
    if Fingerprint::from_generator(&state) == wanted {
        return Ok(Found::Wanted(state));
    }
    let older = if path.is_dir() { checkpoint_dir::list(path)? } else { Vec::new() };
    for Saved { path, .. } in older.iter().rev() {
        // `newest` has already reported damaged checkpoints, or stopped at a newer valid one.
        let Ok(Checkpoint { state, .. }) = checkpoint_dir::read(path) else { continue };
        if Fingerprint::from_generator(&state) == wanted {
            return Ok(Found::Wanted(state));
        }
    }
    Ok(Found::Other(state))
}

/// The result of a search for a model by its fingerprint.
pub(crate) enum Found {
    /// The requested model.
    Wanted(State),
    /// The newest model, which is a different one.
    Other(State),
}
