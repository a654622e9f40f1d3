use std::io;

/// What changes a disk on the way from an old file to a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// A folder is made.
    Folder,
    /// An empty file is made under a temporary name.
    Create,
    /// Bytes go into it.
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

/// Is asked before each operation, and may refuse it: so tests can let any of them fail.
pub(crate) trait Disk {
    /// Whether `op` may be tried.
    fn ask(&mut self, op: Op) -> io::Result<()>;
}

/// The system's own disk, which does not fail before it has tried.
#[derive(Debug)]
pub(crate) struct Real;

impl Disk for Real {
    fn ask(&mut self, _: Op) -> io::Result<()> {
        Ok(())
    }
}
