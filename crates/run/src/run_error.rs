use std::error::Error;
use std::path::{Path, PathBuf};

use dcgan_data::DataError;
use dcgan_gan::EngineError;

/// The result of this crate's fallible functions.
pub(crate) type Result<T, E = RunError> = std::result::Result<T, E>;

/// Why a run could not be started or resumed, or ended before its last step. Each message is one line.
/// Remedies that depend on how the settings were given are left to the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A setting with an invalid value.
    #[error("{name} is {value}: {why}")]
    Setting {
        /// The name of the setting, as in `config.toml`.
        name: String,
        /// The value that was given.
        value: String,
        /// The reason, and the valid values.
        why: String,
    },
    /// A setting that a resumed run cannot change.
    #[error("{name} is {given}, but the run was started with {kept}")]
    Fixed {
        /// The name of the setting, as in `config.toml`.
        name: &'static str,
        /// The value that was given.
        given: String,
        /// The value of the run.
        kept: String,
    },
    /// A new run on a dataset that does not exist or cannot be used.
    #[error("{error}")]
    Dataset {
        /// What is wrong with it.
        error: DataError,
    },
    /// A new run in a folder that already contains one.
    #[error("{} already contains a run", folder.display())]
    FolderTaken {
        /// The folder.
        folder: PathBuf,
    },
    /// A new run in a folder that contains other files.
    #[error("{} contains other files, such as {}", folder.display(), other.display())]
    FolderNotEmpty {
        /// The folder.
        folder: PathBuf,
        /// The name of one of them.
        other: PathBuf,
    },
    /// A new run in the folder of its images, or below it.
    #[error("the run folder {} is inside its data, {}", folder.display(), data.display())]
    InsideData {
        /// The folder of the run.
        folder: PathBuf,
        /// The folder of the images.
        data: PathBuf,
    },
    /// A new run on images in the folder of a run.
    #[error("the data, {}, is inside the run folder {}", data.display(), run.display())]
    DataInsideRun {
        /// The folder of the run.
        run: PathBuf,
        /// The images.
        data: PathBuf,
    },
    /// Resuming in a folder that contains no run.
    #[error("there is no run in {}: it has no config.toml", folder.display())]
    NoRun {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder is locked by another process that trains in it.
    #[error("{} is in use by {owner}, which trains there", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// The other process.
        owner: String,
    },
    /// The images of a resumed run have changed since it was trained on them.
    #[error("{data} is not what the run was trained on: {difference}")]
    DataChanged {
        /// Where the images are.
        data: String,
        /// What differs.
        difference: String,
    },
    /// The last checkpoint of a session could not be written.
    #[error("{cause}; step {step} is not saved")]
    NotSaved {
        /// The reason, with all causes.
        cause: String,
        /// Steps taken.
        step: u64,
        /// The step of the newest checkpoint, from which the run can be resumed; `None` if there is none.
        newest: Option<u64>,
        /// The folder of the run.
        folder: PathBuf,
    },
    /// Training diverged, and the run could not or should not roll back.
    #[error("{message}")]
    Diverged {
        /// What is not finite, what is saved, and what to try.
        message: String,
        /// The folder of the run.
        folder: PathBuf,
        /// Whether the run can be resumed with [`crate::OnDivergence::Rollback`].
        can_roll_back: bool,
    },
    /// The device that a run is trained on failed. [`crate::Session::run`] says what is saved:
    /// [`RunError::DeviceFailed`].
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The device that a run is trained on failed before its last step.
    #[error("{cause}; {}", saved(*.newest))]
    DeviceFailed {
        /// What failed, and why.
        cause: EngineError,
        /// The step of the newest checkpoint, from which the run can be resumed; `None` if there is none.
        newest: Option<u64>,
        /// The folder of the run.
        folder: PathBuf,
    },
    /// Any other failure, mostly of the file system.
    #[error("{what}")]
    Failed {
        /// What failed.
        what: String,
        /// The cause.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

fn saved(newest: Option<u64>) -> String {
    match newest {
        Some(step) => format!("existing checkpoints, up to step {step}, are unaffected"),
        None => "nothing has been saved".to_owned(),
    }
}

impl RunError {
    /// An error without a cause.
    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self::Failed { what: what.into(), source: None }
    }

    /// An error about a file or folder: its path, and what is wrong with it.
    pub(crate) fn at(path: &Path, what: &str) -> Self {
        Self::failed(format!("{} {what}", path.display()))
    }

    /// The message followed by those of all causes, in one line.
    #[must_use]
    pub fn report(&self) -> String {
        let mut report = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            report.push_str(&format!(": {error}"));
            cause = error.source();
        }
        report
    }
}

/// Adds what failed to the cause of an error.
pub(crate) trait Context<T> {
    /// Puts `what` in front of the cause.
    fn context(self, what: impl Into<String>) -> Result<T>;

    /// The same, with a text that is only built on failure.
    fn with_context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl Into<String>) -> Result<T> {
        self.with_context(|| what.into())
    }

    fn with_context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| RunError::Failed { what: what(), source: Some(error.into()) })
    }
}
