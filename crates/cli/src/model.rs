//! From what a user calls a model, a run folder, a checkpoint or a safetensors file, to a state.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use dcgan_gan::{Fingerprint, State, checkpoint, exchange};

use crate::{console, files};

mod name;

pub(crate) use name::{Name, Why};

/// Where a run keeps its checkpoints.
pub(crate) const CHECKPOINTS: &str = "checkpoints";

/// A checkpoint in the folder of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Saved {
    pub(crate) name: Name,
    pub(crate) path: PathBuf,
}

/// The state that a run folder, a checkpoint or a generator's safetensors file stands for.
pub(crate) fn open(path: &Path) -> Result<State> {
    if path.is_dir() {
        return Ok(newest(path)?.state);
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

/// The state of the model at `path` if its generator has this fingerprint; of a run folder, that of the newest
/// checkpoint of which this is so.
///
/// # Errors
/// If there is no model at `path`; that it is another one is no error.
pub(crate) fn of_fingerprint(path: &Path, wanted: Fingerprint) -> Result<Found> {
    let state = open(path)?;
    if Fingerprint::of_generator(&state) == wanted {
        return Ok(Found::It(state));
    }
    let older = if path.is_dir() { list(path)? } else { Vec::new() };
    for Saved { path, .. } in older.iter().rev() {
        // One that is damaged has been told of, or is as good as not there.
        let Ok(Whole { state, .. }) = read(path) else { continue };
        if Fingerprint::of_generator(&state) == wanted {
            return Ok(Found::It(state));
        }
    }
    Ok(Found::Another(state))
}

/// A model that was looked for by its fingerprint.
pub(crate) enum Found {
    /// There it is.
    It(State),
    /// There is only another.
    Another(State),
}

/// A checkpoint that has been read.
pub(crate) struct Whole {
    pub(crate) path: PathBuf,
    /// Of the format.
    pub(crate) version: u32,
    pub(crate) state: State,
}

/// The checkpoint at `path`.
pub(crate) fn read(path: &Path) -> Result<Whole> {
    let bytes = files::read(path)?;
    let state = checkpoint::decode(&bytes)?;
    Ok(Whole { path: path.to_owned(), version: checkpoint::version(&bytes)?, state })
}

/// The newest whole checkpoint of a run. One that is damaged is named, and the one before is taken.
pub(crate) fn newest(run: &Path) -> Result<Whole> {
    let found = list(run)?;
    let mut first_error = None;
    for Saved { path, .. } in found.iter().rev() {
        match read(path) {
            Ok(whole) => return Ok(whole),
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

/// The checkpoints of a run, oldest first; none if there is no such folder. What a run has saved since it
/// went back is newer than all that it had saved before, whatever the step.
pub(crate) fn list(run: &Path) -> Result<Vec<Saved>> {
    let folder = run.join(CHECKPOINTS);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(Name::parse);
        found.extend(name.map(|name| Saved { name, path }));
    }
    found.sort();
    Ok(found)
}

/// Those on the way that a run has come, newest first, out of a [`list`]. What it had saved behind the step that it went back
/// to is not on it, from when it has saved anew; nor is what only tells where it was stopped.
pub(crate) fn on_the_way(found: &[Saved]) -> Vec<&Saved> {
    let mut way: Vec<&Saved> = Vec::new();
    for saved in found.iter().rev().filter(|saved| saved.name.why != Why::Stopped) {
        let (name, newer) = (saved.name, way.last().map(|newer| newer.name));
        let left = |newer: Name| newer.rollbacks > name.rollbacks && newer.step <= name.step;
        if !newer.is_some_and(left) {
            way.push(saved);
        }
    }
    way
}
