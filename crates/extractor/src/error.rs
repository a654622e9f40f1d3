use std::io;
use std::path::{Path, PathBuf};

use dcgan_data::shown;

/// Why there are no features. Each message is one line: what, where, why, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractorError {
    /// The crate was built without the feature `onnx`.
    #[error("this build has no ONNX runtime; build with --features onnx")]
    NoRuntime,
    /// The operating system refused to read the file.
    #[error("cannot read {}: {error}", shown(path))]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// The file holds no network that can be run, or one that is no extractor.
    #[error("{}: {}", shown(path), shown(why))]
    Network {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and the remedy.
        why: String,
    },
    /// The images have no shape that an extractor takes.
    #[error("cannot extract features: {why}")]
    Images {
        /// What is wrong with them, and the remedy.
        why: String,
    },
}

impl ExtractorError {
    #[cfg_attr(not(feature = "onnx"), expect(dead_code, reason = "there is no network"))]
    pub(crate) fn network(path: &Path, why: impl Into<String>) -> Self {
        Self::Network { path: path.to_owned(), why: why.into() }
    }
}
