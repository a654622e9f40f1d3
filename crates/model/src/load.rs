use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcgan_gan::checkpoint::{self, CheckpointError};
use dcgan_gan::interop::{self, InteropError};
use dcgan_gan::{Generator, GeneratorWeights};

use crate::{CHECKPOINTS, list, newest};

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
    /// The file is no checkpoint, and does not contain the generator of a DCGAN either.
    #[error("{}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: InteropError,
    },
}

/// The generator at `path`: a run folder, of which the newest valid checkpoint is read; a checkpoint; or weights of
/// PyTorch's DCGAN example, as safetensors or as a file of `torch.save`. Files are told apart by their content.
/// Damaged checkpoints of a run are skipped.
///
/// # Errors
/// If the path cannot be read, or contains no valid model.
pub fn load(path: impl AsRef<Path>) -> Result<Generator, LoadError> {
    Ok(Generator::from_weights(&load_weights(path)?))
}

/// The weights of the generator that [`load`] gives.
///
/// # Errors
/// As [`load`].
pub fn load_weights(path: impl AsRef<Path>) -> Result<GeneratorWeights, LoadError> {
    let path = path.as_ref();
    if path.is_dir() {
        return from_run(path);
    }
    let bytes = read(path)?;
    if bytes.starts_with(checkpoint::MAGIC) {
        return from_checkpoint(path, &bytes);
    }
    interop::import_generator(&bytes)
        .map_err(|source| LoadError::Weights { path: path.to_owned(), source })
}

fn from_run(run: &Path) -> Result<GeneratorWeights, LoadError> {
    let path = run.join(CHECKPOINTS);
    match list(run) {
        Ok(found) => newest(&found, checkpoint, |_, _| ())
            .map_err(|error| error.unwrap_or(LoadError::NoCheckpoint { path })),
        Err(source) => Err(LoadError::Unreadable { path, source }),
    }
}

fn checkpoint(path: &Path) -> Result<GeneratorWeights, LoadError> {
    from_checkpoint(path, &read(path)?)
}

fn from_checkpoint(path: &Path, bytes: &[u8]) -> Result<GeneratorWeights, LoadError> {
    checkpoint::decode_generator(bytes)
        .map_err(|source| LoadError::Checkpoint { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    fs::read(path).map_err(|source| LoadError::Unreadable { path: path.to_owned(), source })
}
