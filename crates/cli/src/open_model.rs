//! Opens a model given on the command line: a run folder, a checkpoint, or weights from PyTorch.

use std::path::Path;

use anyhow::{Context, Result, bail};
use dcgan_gan::{Fingerprint, State, checkpoint, interop};
use dcgan_run::checkpoint_dir::{self, Checkpoint, Saved};
use dcgan_run::files;

use crate::console;

/// The state of a run folder, a checkpoint, or a generator's weights from PyTorch. Files are told apart by their
/// content.
pub(crate) fn open(path: &Path) -> Result<State> {
    if path.is_dir() {
        return Ok(newest(path)?.state);
    }
    if !path.exists() {
        bail!(
            "{} does not exist; --model takes a run folder, a checkpoint, or the weights of a generator from PyTorch (.pth or .safetensors)",
            path.display()
        );
    }
    let bytes = files::read(path)?;
    let state = if bytes.starts_with(checkpoint::MAGIC) {
        checkpoint::decode(&bytes).map_err(anyhow::Error::from)
    } else {
        interop::import(&bytes, None).map_err(anyhow::Error::from)
    };
    state.with_context(|| path.display().to_string())
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
