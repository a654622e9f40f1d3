use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::SavedName;

/// The folder of a run's checkpoints.
pub const CHECKPOINTS: &str = "checkpoints";

/// A checkpoint in the folder of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Saved {
    /// Its parsed name.
    pub name: SavedName,
    /// The file.
    pub path: PathBuf,
}

/// The checkpoints of a run, oldest first; empty if the folder does not exist. Checkpoints saved after a rollback
/// are newer than all those saved before it, regardless of their steps.
///
/// # Errors
/// If the folder cannot be listed.
pub fn list(run: &Path) -> io::Result<Vec<Saved>> {
    let folder = run.join(CHECKPOINTS);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(SavedName::parse);
        found.extend(name.map(|name| Saved { name, path }));
    }
    found.sort();
    Ok(found)
}

/// The newest of the checkpoints in a [`list`] that `read` accepts. Calls `skipped` for each newer one.
///
/// # Errors
/// The error of the newest checkpoint if `read` accepts none; `None` if the list is empty.
pub fn newest<T, E>(
    found: &[Saved],
    mut read: impl FnMut(&Path) -> Result<T, E>,
    mut skipped: impl FnMut(&Path, &E),
) -> Result<T, Option<E>> {
    let mut first_error = None;
    for Saved { path, .. } in found.iter().rev() {
        match read(path) {
            Ok(checkpoint) => return Ok(checkpoint),
            Err(error) => {
                skipped(path, &error);
                first_error.get_or_insert(error);
            }
        }
    }
    Err(first_error)
}
