use std::io;
use std::path::{Path, PathBuf};

use crate::formats::image_format::NAMES;
use crate::{Report, shown};

/// Why a data set cannot be used. Each message is one line: what, why, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The operating system refused to read a file or folder.
    #[error("cannot read {}: {error}", shown(path))]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// A file in no known format, or one that is damaged.
    #[error("{}: {why}", shown(path))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and the remedy.
        why: String,
    },
    /// A folder or archive without a single usable image.
    #[error(
        "no usable image in {}: searched it and its subfolders for {NAMES}, and found {found}",
        shown(path)
    )]
    NoImages {
        /// The folder or archive.
        path: PathBuf,
        /// What it contains instead.
        found: String,
        /// The same, file by file.
        report: Box<Report>,
    },
    /// The images were read, but whatever takes them failed: the disk is full, for example.
    #[error("cannot store the images: {0}")]
    Store(io::Error),
    /// An outdated or damaged cache could not be deleted.
    #[error("cannot remove {}: {error}", shown(path))]
    Remove {
        /// The cache.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
}

impl DataError {
    pub(crate) fn invalid(path: &Path, why: impl Into<String>) -> Self {
        Self::Invalid { path: path.to_owned(), why: why.into() }
    }

    /// For `map_err`: the system's refusal to read `path`.
    pub(crate) fn reading(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |error| Self::Read { path: path.to_owned(), error }
    }
}
