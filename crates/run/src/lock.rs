use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::run_error::{Context, Result, RunError};

/// The file in a run's folder that its process keeps locked. It contains the process ID.
pub(crate) const NAME: &str = ".lock";

/// The exclusive right to write into a run's folder. The system releases the lock when the process ends,
/// however it ends, so the file may remain.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    file: File,
    /// Why the file could not be locked.
    pub(crate) warning: Option<String>,
}

impl Lock {
    /// Takes the lock of the folder `run`. If another process holds it, the error names that process.
    pub(crate) fn take(run: &Path) -> Result<Self> {
        let path = run.join(NAME);
        let open =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.with_context(|| format!("cannot write {}", path.display()))?;
        let warning = match file.try_lock() {
            Ok(()) => None,
            Err(TryLockError::WouldBlock) => {
                return Err(RunError::InUse { folder: run.to_owned(), owner: owner(&path) });
            }
            // Some network file systems do not support locks; training on them is allowed with a warning.
            Err(TryLockError::Error(error)) => Some(format!(
                "cannot lock {} ({error}); make sure that no other process trains there",
                run.display()
            )),
        };
        // Only used in the error message of another process, so it need not succeed.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Self { path, file, warning })
    }

    /// Whether the locked file is still in its place: the folder may have been removed, moved or replaced.
    #[cfg(unix)]
    pub(crate) fn holds(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let place = |about: fs::Metadata| (about.dev(), about.ino());
        let here = fs::metadata(&self.path).map(place);
        here.is_ok_and(|here| self.file.metadata().map(place).is_ok_and(|own| own == here))
    }

    /// The same on a system where an open file cannot be removed.
    #[cfg(not(unix))]
    pub(crate) fn holds(&self) -> bool {
        self.file.metadata().is_ok() && self.path.exists()
    }
}

/// Whether a process trains in the folder `run`. Takes the lock for a moment, shared, if none does.
pub(crate) fn is_taken(run: &Path) -> bool {
    let file = File::open(run.join(NAME));
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// The process that wrote a lock file.
fn owner(path: &Path) -> String {
    let number = fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u32>().ok());
    number.map_or_else(|| "another process".to_owned(), |number| format!("process {number}"))
}
