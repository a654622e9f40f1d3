use std::io;
use std::path::{Path, PathBuf};

use crate::Skipped;

/// Why there are no pictures. Each message is one line: what, why, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file or folder that the system will not give.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file that is nothing this crate can read, or is not what it says it is.
    #[error("{}: {why}", path.display())]
    Unfit {
        /// Which.
        path: PathBuf,
        /// What is wrong with it, and the remedy.
        why: String,
    },
    /// A folder without a single usable picture.
    #[error("no usable picture in {}: looked, there and in the folders below, for PNG, JPEG, WebP, BMP, GIF and TIFF, and found {found}", path.display())]
    NoPictures {
        /// Where was looked.
        path: PathBuf,
        /// What was there instead.
        found: String,
        /// The files that would be pictures, if they could be read.
        skipped: Vec<Skipped>,
    },
    /// Pictures that were read, and could not be kept where they were to be.
    #[error("cannot keep the pictures: {0}")]
    Kept(io::Error),
}

impl DataError {
    pub(crate) fn unfit(path: &Path, why: impl Into<String>) -> Self {
        Self::Unfit { path: path.to_owned(), why: why.into() }
    }

    /// For `map_err`: an error of the system at `path`.
    pub(crate) fn reading(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |error| Self::Read { path: path.to_owned(), error }
    }
}
