use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::console;

/// The file in a run's folder that its process holds locked. It holds that process's number.
pub(crate) const NAME: &str = ".lock";

/// The right to write into a run's folder, which one process has at a time. The system takes it back
/// when the process ends, however it ends, so the file may stay.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Takes the lock of the folder `run`, or tells who has it.
    pub(crate) fn take(run: &Path) -> Result<Self> {
        let path = run.join(NAME);
        let open =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.with_context(|| format!("cannot write {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "{} is in use by {}, which trains there; wait for its end, stop it, or choose another --out",
                run.display(),
                owner(&path)
            ),
            // Some network disks know no locks. That is no reason not to train on them.
            Err(TryLockError::Error(error)) => console::note(format_args!(
                "warning: cannot lock {} ({error}); see to it that nothing else trains there",
                run.display()
            )),
        }
        // Only told to those who are refused, so it need not succeed.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Self { path, file })
    }

    /// Whether the file that was locked still lies where it was: the folder might have been removed,
    /// moved, or replaced by another.
    #[cfg(unix)]
    pub(crate) fn holds(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let place = |about: fs::Metadata| (about.dev(), about.ino());
        let here = fs::metadata(&self.path).map(place);
        here.is_ok_and(|here| self.file.metadata().map(place).is_ok_and(|own| own == here))
    }

    /// The same; an open file cannot be removed here.
    #[cfg(not(unix))]
    pub(crate) fn holds(&self) -> bool {
        self.file.metadata().is_ok() && self.path.exists()
    }
}

/// Who wrote a lock file.
fn owner(path: &Path) -> String {
    let number = fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u32>().ok());
    number.map_or_else(|| "another process".to_owned(), |number| format!("process {number}"))
}
