use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcgan_gan::Generator;
use dcgan_gan::checkpoint::CheckpointError;
use dcgan_gan::interop::InteropError;

use crate::{CHECKPOINTS, Saved, list};

/// Why there is no generator at a path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file or folder does not exist or cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The folder contains no checkpoint.
    #[error("there is no checkpoint in {}; is this the folder of a run?", path.display())]
    NoCheckpoint {
        /// The folder in which they are expected.
        path: PathBuf,
    },
    /// The file is not a valid checkpoint; of a run folder, this is the newest one, and no older one is valid.
    #[error("{}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: CheckpointError,
    },
    /// The file does not contain the generator of a DCGAN.
    #[error("{}", path.display())]
    Safetensors {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: InteropError,
    },
}

/// The generator at `path`: a run folder, of which the newest valid checkpoint is read; a safetensors file, by
/// its extension; or else a checkpoint. Damaged checkpoints of a run are skipped.
///
/// # Errors
/// If the path cannot be read, or contains no valid model.
pub fn load(path: impl AsRef<Path>) -> Result<Generator, LoadError> {
    let path = path.as_ref();
    if path.is_dir() {
        return newest(path);
    }
    if path.extension().is_some_and(|extension| extension == "safetensors") {
        return Generator::from_safetensors(&read(path)?)
            .map_err(|source| LoadError::Safetensors { path: path.to_owned(), source });
    }
    checkpoint(path)
}

fn newest(run: &Path) -> Result<Generator, LoadError> {
    let path = run.join(CHECKPOINTS);
    let found = match list(run) {
        Ok(found) => found,
        Err(source) => return Err(LoadError::Unreadable { path, source }),
    };
    let mut first_error = LoadError::NoCheckpoint { path };
    for (damaged, Saved { path, .. }) in found.iter().rev().enumerate() {
        match checkpoint(path) {
            Ok(generator) => return Ok(generator),
            Err(error) if damaged == 0 => first_error = error,
            Err(_) => {}
        }
    }
    Err(first_error)
}

fn checkpoint(path: &Path) -> Result<Generator, LoadError> {
    Generator::from_checkpoint(&read(path)?)
        .map_err(|source| LoadError::Checkpoint { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    fs::read(path).map_err(|source| LoadError::Unreadable { path: path.to_owned(), source })
}
