//! Files that are whole or not there: written under a temporary name, synced, then renamed.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use tempfile::Builder;

/// Puts `bytes` at `path`, replacing what was there at once. Killed at any moment, the old file or
/// the new one is there, never a part.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> Result<()> {
        // The rename would put a file in the place of a device.
        if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
            bail!("there is something else than a file of that name");
        }
        let folder = folder_of(path);
        fs::create_dir_all(folder)?;
        let mut file = temporary(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        sync_folder(folder)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Whether a file can be made in `folder`, which is made if it is not there.
pub(crate) fn check_writable(folder: &Path) -> Result<()> {
    let check = || -> Result<()> {
        fs::create_dir_all(folder)?;
        temporary(folder)?;
        Ok(())
    };
    check().with_context(|| format!("cannot write into the folder {}", folder.display()))
}

/// All of a file, or an error that names it.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The folder that holds `path`; `.` for a bare name.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn temporary(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".dcgan-").suffix(".part");
    // A temporary file is private by default; what it becomes should be like any other file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// A rename is on disk only when its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<()> {
    Ok(fs::File::open(folder)?.sync_all()?)
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<()> {
    Ok(())
}
