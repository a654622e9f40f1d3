use std::io;

/// An operation that changes a disk while a file is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// A folder is created.
    Folder,
    /// An empty file is created under a temporary name.
    Create,
    /// Bytes are written to it.
    Write,
    /// They reach the disk.
    Sync,
    /// The file gets its name.
    Rename,
    /// The name reaches the disk.
    SyncFolder,
    /// A file is removed.
    Remove,
}

/// Permits or refuses each operation, so that tests can make any of them fail.
pub(crate) trait Disk {
    /// Called before each operation; an error makes it fail.
    fn ask(&mut self, op: Op) -> io::Result<()>;
}

/// The disk of the system, on which every operation is tried.
#[derive(Debug)]
pub(crate) struct Real;

impl Disk for Real {
    fn ask(&mut self, _: Op) -> io::Result<()> {
        Ok(())
    }
}
