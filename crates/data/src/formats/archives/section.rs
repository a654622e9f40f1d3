use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rawzip::{FileReader, ReaderAt};

use super::member::damaged;

/// Bytes read at a time.
const BLOCK: usize = 1 << 16;

/// A part of a file, with a position of its own.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    file: Arc<Whole>,
    start: u64,
    len: u64,
    position: u64,
}

#[derive(Debug)]
enum Whole {
    /// Is opened for each access: a data set may have more archives than a process may open files.
    Closed(PathBuf),
    Open(FileReader),
}

impl Section {
    /// The whole file at `path`.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let len = fs::metadata(path)?.len();
        Ok(Self { file: Arc::new(Whole::Closed(path.to_owned())), start: 0, len, position: 0 })
    }

    /// A whole file that has no name.
    pub(super) fn of(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file: Arc::new(Whole::Open(file.into())), start: 0, len, position: 0 })
    }

    /// The same part, whose file stays open as long as this value exists.
    pub(crate) fn opened(&self) -> io::Result<Self> {
        let file = match &*self.file {
            Whole::Closed(path) => Arc::new(Whole::Open(File::open(path)?.into())),
            Whole::Open(_) => Arc::clone(&self.file),
        };
        Ok(Self { file, ..self.clone() })
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// A part of this part; `None` if it is not all there.
    pub(crate) fn part(&self, range: Range<u64>) -> Option<Self> {
        let len = range.end.checked_sub(range.start).filter(|_| range.end <= self.len)?;
        let file = Arc::clone(&self.file);
        Some(Self { file, start: self.start + range.start, len, position: 0 })
    }

    /// Compares the checksum of all bytes.
    pub(crate) fn check(&self, crc32: u32) -> io::Result<()> {
        let (mut hasher, mut block) = (crc32fast::Hasher::new(), vec![0; BLOCK]);
        let mut all = self.opened()?;
        loop {
            match all.read(&mut block)? {
                0 => break,
                n => hasher.update(&block[..n]),
            }
        }
        if hasher.finalize() == crc32 { Ok(()) } else { Err(damaged()) }
    }
}

impl Section {
    /// Whether there is nothing but zeros.
    pub(super) fn is_zero(&self) -> io::Result<bool> {
        let mut bytes = Vec::new();
        self.clone().read_to_end(&mut bytes)?;
        Ok(bytes.iter().all(|&byte| byte == 0))
    }
}

impl ReaderAt for Section {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = self.len.saturating_sub(offset).min(buffer.len() as u64) as usize;
        match rest {
            0 => Ok(0),
            rest => match &*self.file {
                Whole::Open(file) => file.read_at(&mut buffer[..rest], self.start + offset),
                Whole::Closed(_) => self.opened()?.read_at(&mut buffer[..rest], offset),
            },
        }
    }
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.read_at(buffer, self.position)?;
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = seek(self.position, self.len, to)?;
        Ok(self.position)
    }
}

/// The new position in `len` bytes.
pub(super) fn seek(position: u64, len: u64, to: SeekFrom) -> io::Result<u64> {
    let place = match to {
        SeekFrom::Start(place) => Some(place),
        SeekFrom::Current(by) => position.checked_add_signed(by),
        SeekFrom::End(by) => len.checked_add_signed(by),
    };
    place.ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

/// Whether both are the same part of the same archive.
impl PartialEq for Section {
    fn eq(&self, other: &Self) -> bool {
        let place = |section: &Self| (section.start, section.len);
        Arc::ptr_eq(&self.file, &other.file) && place(self) == place(other)
    }
}

impl Eq for Section {}
