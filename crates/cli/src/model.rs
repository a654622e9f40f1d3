//! From what a user calls a model, a run folder, a checkpoint or a safetensors file, to a state.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use dcgan_gan::{State, checkpoint, exchange};

use crate::{console, files};

/// Where a run keeps its checkpoints.
pub(crate) const CHECKPOINTS: &str = "checkpoints";

/// The name of the checkpoint after so many steps.
pub(crate) fn checkpoint_name(step: u64) -> String {
    format!("step_{step:08}.ckpt")
}

/// The state that a run folder, a checkpoint or a generator's safetensors file stands for.
pub(crate) fn open(path: &Path) -> Result<State> {
    if path.is_dir() {
        return Ok(newest(path)?.1);
    }
    if !path.exists() {
        bail!(
            "there is no {}; --model takes a run folder, a checkpoint, or a generator's safetensors file",
            path.display()
        );
    }
    let bytes = files::read(path)?;
    if path.extension().is_some_and(|extension| extension == "safetensors") {
        return exchange::import(&bytes, None).with_context(|| path.display().to_string());
    }
    checkpoint::decode(&bytes).with_context(|| path.display().to_string())
}

/// The newest whole checkpoint of a run. One that is damaged is named, and the one before is taken.
pub(crate) fn newest(run: &Path) -> Result<(PathBuf, State)> {
    let found = list(run)?;
    let mut first_error = None;
    for (_, path) in found.iter().rev() {
        match files::read(path).and_then(|bytes| Ok(checkpoint::decode(&bytes)?)) {
            Ok(state) => return Ok((path.clone(), state)),
            Err(error) => {
                console::note(format_args!("warning: {}: {error:#}", path.display()));
                first_error.get_or_insert(error);
            }
        }
    }
    let folder = run.join(CHECKPOINTS);
    Err(match first_error {
        Some(error) => error.context(format!("no checkpoint in {} is whole", folder.display())),
        None => {
            anyhow!("there is no checkpoint in {}; is this the folder of a run?", folder.display())
        }
    })
}

/// The checkpoints of a run with their steps, oldest first; none if there is no such folder.
pub(crate) fn list(run: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let folder = run.join(CHECKPOINTS);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let step = name.strip_prefix("step_").and_then(|rest| rest.strip_suffix(".ckpt"));
        if let Some(step) = step.and_then(|step| step.parse().ok()) {
            found.push((step, path));
        }
    }
    found.sort();
    Ok(found)
}
