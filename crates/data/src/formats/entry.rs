//! A file that may be an image, on the disk or in an archive.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archives::inflating::Inflating;
use super::archives::member::Member;
use super::archives::section::Section;

/// Memory for what precedes the pixels, if the file has to be decompressed to be looked at.
const HEAD: u64 = 64 << 20;

/// A file that may be an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    path: PathBuf,
    member: Option<Arc<Member>>,
}

impl Entry {
    /// A file on the disk.
    pub(crate) fn on_disk(path: PathBuf) -> Self {
        Self { path, member: None }
    }

    /// A member of the archive that people know as `archive`.
    pub(crate) fn in_archive(archive: &Path, name: &str, member: Member) -> Self {
        Self { path: within(archive, name), member: Some(Arc::new(member)) }
    }

    /// Where it is, for people: a path, or `ARCHIVE: NAME`. Its extension is that of the file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What it is in its archive.
    pub(crate) fn member(&self) -> Option<&Member> {
        self.member.as_deref()
    }

    /// The number of its bytes; 0 if it is no longer there.
    pub(crate) fn len(&self) -> u64 {
        match self.member() {
            Some(member) => member.len(),
            None => std::fs::metadata(&self.path).map_or(0, |about| about.len()),
        }
    }

    pub(crate) fn into_path(self) -> PathBuf {
        self.path
    }

    /// The planes of an image without a header.
    pub(crate) fn planes(&self) -> Option<&Section> {
        match self.member() {
            Some(Member::Planes(section)) => Some(section),
            _ => None,
        }
    }

    /// Its first bytes, and as many of the others as somebody reads.
    pub(crate) fn open_head(&self) -> io::Result<Bytes> {
        Ok(match self.member() {
            None => Bytes::File(File::open(&self.path)?),
            Some(Member::Stored { data, .. } | Member::Planes(data)) => {
                Bytes::Section(data.opened()?)
            }
            Some(Member::Deflated(deflated)) => Bytes::Inflating(Inflating::new(deflated, HEAD)?),
        })
    }

    /// All of it, checked against its checksum if it has one.
    pub(crate) fn open(&self) -> io::Result<Bytes> {
        Ok(match self.member() {
            Some(Member::Deflated(deflated)) => Bytes::Memory(Cursor::new(deflated.inflated()?)),
            Some(Member::Stored { data, crc32: Some(crc32) }) => {
                data.check(*crc32)?;
                Bytes::Section(data.opened()?)
            }
            _ => self.open_head()?,
        })
    }

    /// Memory that the open file takes by itself.
    pub(crate) fn memory(&self) -> u64 {
        match self.member() {
            Some(Member::Deflated(deflated)) => deflated.size,
            _ => 0,
        }
    }
}

/// How people call the file `name` of an archive.
pub(crate) fn within(archive: &Path, name: &str) -> PathBuf {
    let mut path = archive.as_os_str().to_owned();
    path.push(": ");
    path.push(name);
    path.into()
}

/// The bytes of an [`Entry`].
pub(crate) enum Bytes {
    File(File),
    Section(Section),
    Inflating(Inflating),
    Memory(Cursor<Vec<u8>>),
}

impl Bytes {
    /// The number of bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::File(file) => file.metadata().map_or(0, |about| about.len()),
            Self::Section(section) => section.len(),
            Self::Inflating(inflating) => inflating.len(),
            Self::Memory(bytes) => bytes.get_ref().len() as u64,
        }
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Section(section) => section.read(buffer),
            Self::Inflating(inflating) => inflating.read(buffer),
            Self::Memory(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Bytes {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Section(section) => section.seek(to),
            Self::Inflating(inflating) => inflating.seek(to),
            Self::Memory(bytes) => bytes.seek(to),
        }
    }
}
