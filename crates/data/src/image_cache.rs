//! The file that holds images exceeding the memory limit. All numbers are little-endian:
//!
//! | bytes | |
//! |---|---|
//! | 8 | `DCGANPIX` |
//! | 4 | version of this format |
//! | 4, 4 | side and channels of an image |
//! | 8 | number of images |
//! | 32 | [`SourceHash`] of their set |
//! | 4 | length of the notes |
//! | 4 | CRC-32 of the pixels and the notes |
//! | 4 | CRC-32 of all of the above |
//! | … | the pixels, (n, h, w, c) |
//! | … | the notes, UTF-8: what the writer reported about the set |

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::mapped::Mapped;
use crate::{Images, Shape, SourceHash};

const MAGIC: &[u8; 8] = b"DCGANPIX";

/// The version of the format, for writing and reading.
const FORMAT: u32 = 2;

/// Bytes before the pixels.
const HEADER: usize = 72;

/// The longest notes, in bytes.
const MAX_NOTES: usize = 64 << 10;

/// Bytes read at a time.
const BLOCK: usize = 1 << 18;

/// Why a cache is not used. Each message completes a sentence that starts with the file's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The system refused to read it.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It is not a cache, or damaged.
    #[error("{0}")]
    Damaged(String),
    /// It is intact, but holds another set, shape or format.
    #[error("{0}")]
    Outdated(String),
}

/// Writes a cache block by block. The header is written last, so that an interrupted file is not a
/// valid cache.
#[derive(Debug)]
pub struct CacheWriter<W> {
    file: W,
    shape: Shape,
    source: SourceHash,
    bytes: u64,
    crc32: crc32fast::Hasher,
}

impl<W: Write + Seek> CacheWriter<W> {
    /// Starts a cache in an empty file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn new(mut file: W, shape: Shape, source: SourceHash) -> io::Result<Self> {
        file.write_all(&[0; HEADER])?;
        Ok(Self { file, shape, source, bytes: 0, crc32: crc32fast::Hasher::new() })
    }

    /// Appends images.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.crc32.update(bytes);
        self.file.write_all(bytes)
    }

    /// Completes the file with the notes, truncated to 64 KiB, and the header.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn finish(mut self, notes: &str) -> io::Result<W> {
        let mut ends = (0..=notes.len().min(MAX_NOTES)).rev();
        let end = ends.find(|&end| notes.is_char_boundary(end)).unwrap_or(0);
        let notes = &notes[..end];
        self.crc32.update(notes.as_bytes());
        self.file.write_all(notes.as_bytes())?;
        let header = Header {
            shape: self.shape,
            count: self.bytes / self.shape.len() as u64,
            source: self.source,
            notes: notes.len() as u32,
            crc32: self.crc32.finalize(),
        };
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header.encode())?;
        Ok(self.file)
    }
}

/// Maps the images in the cache at `path` into memory and returns them with the notes.
///
/// # Errors
/// If the file does not hold the set `source` in `shape`, byte for byte as it was written.
pub fn open_cache(
    path: &Path,
    shape: Shape,
    source: SourceHash,
) -> Result<(Images, String), CacheError> {
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(BLOCK, &file);
    let mut header = [0; HEADER];
    let cut_off = |_| CacheError::Damaged("is too short for an image cache".into());
    reader.read_exact(&mut header).map_err(cut_off)?;
    let header = Header::decode(&header)?;
    header.check(shape, source)?;
    let pixels = header.check_length(len)?;
    // By ordinary reads: if the file is truncated meanwhile, they fail instead of raising a signal.
    let mut sum = sum(reader.by_ref().take(pixels as u64))?;
    let mut notes = Vec::new();
    reader.take(MAX_NOTES as u64).read_to_end(&mut notes)?;
    sum.update(&notes);
    let notes = String::from_utf8(notes).ok().filter(|_| sum.finalize() == header.crc32);
    let changed = || CacheError::Damaged("does not hold the bytes that were written to it".into());
    let notes = notes.ok_or_else(changed)?;
    Ok((Images::from_mapped(shape, Mapped::new(&file, HEADER as u64, pixels)?), notes))
}

fn sum(mut reader: impl Read) -> io::Result<crc32fast::Hasher> {
    let (mut hasher, mut block) = (crc32fast::Hasher::new(), vec![0; BLOCK]);
    loop {
        match reader.read(&mut block)? {
            0 => return Ok(hasher),
            n => hasher.update(&block[..n]),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    shape: Shape,
    count: u64,
    source: SourceHash,
    notes: u32,
    crc32: u32,
}

impl Header {
    fn encode(&self) -> [u8; HEADER] {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend((self.shape.side as u32).to_le_bytes());
        bytes.extend((self.shape.channels as u32).to_le_bytes());
        bytes.extend(self.count.to_le_bytes());
        bytes.extend(self.source.0);
        bytes.extend(self.notes.to_le_bytes());
        bytes.extend(self.crc32.to_le_bytes());
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes.try_into().expect("the fields add up to the header")
    }

    fn decode(bytes: &[u8; HEADER]) -> Result<Self, CacheError> {
        let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four"));
        if !bytes.starts_with(MAGIC) {
            return Err(CacheError::Damaged("is not an image cache, or an incomplete one".into()));
        }
        let format = u32_at(8);
        if format != FORMAT {
            return Err(CacheError::Outdated(format!(
                "is a cache of format {format}, and this version reads format {FORMAT}"
            )));
        }
        if crc32fast::hash(&bytes[..HEADER - 4]) != u32_at(HEADER - 4) {
            return Err(CacheError::Damaged("has a damaged header".into()));
        }
        Ok(Self {
            shape: Shape { side: u32_at(12) as usize, channels: u32_at(16) as usize },
            count: u64::from_le_bytes(bytes[20..28].try_into().expect("eight")),
            source: SourceHash(bytes[28..60].try_into().expect("thirty-two")),
            notes: u32_at(60),
            crc32: u32_at(64),
        })
    }

    /// Checks that these are the requested images.
    fn check(&self, shape: Shape, source: SourceHash) -> Result<(), CacheError> {
        if self.shape != shape {
            let Shape { side, channels } = self.shape;
            return Err(CacheError::Outdated(format!(
                "holds images of {side} × {side} × {channels}"
            )));
        }
        if self.source != source {
            return Err(CacheError::Outdated(
                "was made from other files, or they have changed since".into(),
            ));
        }
        Ok(())
    }

    /// Bytes of all pixels, if a file of `len` bytes holds exactly those and the notes.
    fn check_length(&self, len: u64) -> Result<usize, CacheError> {
        let pixels = u128::from(self.count) * self.shape.len() as u128;
        let wanted = pixels + u128::from(self.notes) + HEADER as u128;
        let fits = self.count > 0 && self.notes as usize <= MAX_NOTES && u128::from(len) == wanted;
        usize::try_from(pixels).ok().filter(|_| fits).ok_or_else(|| {
            CacheError::Damaged(format!("has {len} bytes, but should have {wanted}"))
        })
    }
}
