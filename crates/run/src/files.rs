//! Files that are complete or absent: written under a temporary name, synced, then renamed.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::run_error::{Context, Result};

mod disk;

pub(crate) use disk::{Disk, Op, Real};

/// The name of a temporary file, around some random letters.
const TEMPORARY: (&str, &str) = (".dcgan-", ".part");

/// Bytes written at a time.
const BLOCK: usize = 1 << 16;

/// Writes `bytes` to `path`, atomically replacing an existing file. Even if the process is killed, `path` has
/// either the old contents or the new ones, never a part.
///
/// # Errors
/// If the file system reports an error. The file then has the old or the new contents.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_on(&mut Real, path, bytes)
}

/// The same with what `write` writes, a part at a time.
///
/// # Errors
/// If `write` or the file system reports an error. The file then has the old or the new contents.
pub fn write_with(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let replace = || -> io::Result<()> {
        let mut disk = Real;
        let mut draft = BufWriter::with_capacity(BLOCK, Draft::new(&mut disk, path)?);
        write(&mut draft)?;
        draft.into_inner().map_err(io::IntoInnerError::into_error)?.finish()
    };
    replace().with_context(|| format!("cannot write {}", path.display()))
}

/// The same on a disk that may fail.
pub(crate) fn write_on(disk: &mut impl Disk, path: &Path, bytes: &[u8]) -> Result<()> {
    replace(disk, path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn replace(disk: &mut impl Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut draft = Draft::new(disk, path)?;
    draft.write_all(bytes)?;
    draft.finish()
}

/// A file that is written under a temporary name and renamed when it is complete. If it is dropped before that,
/// nothing is left behind.
pub(crate) struct Draft<'a, D> {
    disk: &'a mut D,
    path: &'a Path,
    file: NamedTempFile,
}

impl<'a, D: Disk> Draft<'a, D> {
    /// A file that will be at `path`.
    pub(crate) fn new(disk: &'a mut D, path: &'a Path) -> io::Result<Self> {
        // The rename would replace a device by a file.
        if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
            return Err(io::Error::other("something other than a file has that name"));
        }
        let folder = folder_of(path);
        make_folder(disk, folder)?;
        disk.ask(Op::Create)?;
        Ok(Self { file: temporary(folder)?, disk, path })
    }

    /// Gives the file its final name, atomically replacing an existing file.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.disk.ask(Op::Sync)?;
        self.file.as_file().sync_all()?;
        self.disk.ask(Op::Rename)?;
        self.file.persist(self.path)?;
        self.disk.ask(Op::SyncFolder)?;
        sync_folder(folder_of(self.path))
    }
}

impl<D: Disk> Write for Draft<'_, D> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.ask(Op::Write)?;
        self.file.write(&bytes[..bytes.len().min(BLOCK)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl<D> Seek for Draft<'_, D> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Creates a folder and its parents, each synced to the disk before anything is created in it.
fn make_folder(disk: &mut impl Disk, folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    make_folder(disk, above)?;
    disk.ask(Op::Folder)?;
    // Another process may have created it.
    fs::create_dir(folder).or_else(|error| if folder.is_dir() { Ok(()) } else { Err(error) })?;
    disk.ask(Op::SyncFolder)?;
    sync_folder(above)
}

/// Creates a folder and its missing parents; returns false if something with that name already exists.
pub(crate) fn make_new_folder(folder: &Path) -> Result<bool> {
    let make = || -> io::Result<bool> {
        let above = folder_of(folder);
        make_folder(&mut Real, above)?;
        match fs::create_dir(folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
            made => made?,
        }
        sync_folder(above)?;
        Ok(true)
    };
    make().with_context(|| format!("cannot create the folder {}", folder.display()))
}

/// Removes a file.
pub(crate) fn remove_on(disk: &mut impl Disk, path: &Path) -> Result<()> {
    let removed = disk.ask(Op::Remove).and_then(|()| fs::remove_file(path));
    removed.with_context(|| format!("cannot remove {}", path.display()))
}

/// Removes temporary files that a killed process left in `folder`. No other process may be writing into it.
pub(crate) fn sweep(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1) {
            // A file that cannot be removed only takes up space.
            let _ = fs::remove_file(&path);
        }
    }
}

/// Checks that a file can be created in `folder`, which is created if it is missing.
///
/// # Errors
/// If it cannot, with the reason.
pub fn check_writable(folder: &Path) -> Result<()> {
    let check = || -> io::Result<()> {
        make_folder(&mut Real, folder)?;
        temporary(folder)?;
        Ok(())
    };
    check().with_context(|| format!("cannot write into the folder {}", folder.display()))
}

/// The bytes of a file.
///
/// # Errors
/// If it cannot be read; the message names it.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let read = || match fs::metadata(path)?.is_file() {
        true => fs::read(path),
        // A pipe would be waited for, and a device may have no end.
        false => Err(io::Error::other("it is not a regular file")),
    };
    read().with_context(|| format!("cannot read {}", path.display()))
}

/// The folder that contains `path`; `.` for a bare name.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    // A temporary file is private by default, but the final one should be like any other file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Syncs a folder: a rename reaches the disk only with the folder that contains it.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
