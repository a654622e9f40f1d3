//! The file that holds pictures for which there is no room in memory, all numbers little-endian:
//!
//! | bytes | |
//! |---|---|
//! | 8 | `DCGANPIX` |
//! | 4 | version of this format |
//! | 4, 4 | side and channels of a picture |
//! | 8 | number of pictures |
//! | 32 | [`Version`] of the set that they are of |
//! | 4 | length of the notes |
//! | 4 | CRC-32 of the pixels and the notes |
//! | 4 | CRC-32 of all of the above |
//! | … | the pixels, (n, h, w, c) |
//! | … | the notes, UTF-8: what was told of the set when it was read |

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::mapped::Mapped;
use crate::{Pictures, Shape, Version};

const MAGIC: &[u8; 8] = b"DCGANPIX";

/// The version of the format, written and read.
const FORMAT: u32 = 2;

/// Bytes before the pixels.
const HEADER: usize = 72;

/// The longest notes, in bytes.
const MOST_NOTES: usize = 64 << 10;

/// Bytes that are read at a time.
const BLOCK: usize = 1 << 18;

/// Why pictures are not taken from a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The system will not give it.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It is something else, or damaged.
    #[error("{0}")]
    Damaged(String),
    /// It is whole, and of other pictures, or of another shape.
    #[error("{0}")]
    Other(String),
}

/// Writes a cache, block after block. The header comes last, so that a file that is cut off in the
/// middle is none.
#[derive(Debug)]
pub struct CacheWriter<W> {
    file: W,
    shape: Shape,
    version: Version,
    bytes: u64,
    crc32: crc32fast::Hasher,
}

impl<W: Write + Seek> CacheWriter<W> {
    /// Into an empty file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(mut file: W, shape: Shape, version: Version) -> io::Result<Self> {
        file.write_all(&[0; HEADER])?;
        Ok(Self { file, shape, version, bytes: 0, crc32: crc32fast::Hasher::new() })
    }

    /// The next pictures.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.crc32.update(bytes);
        self.file.write_all(bytes)
    }

    /// Writes the notes, of which 64 KiB are kept, and the header; the file is whole.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self, notes: &str) -> io::Result<W> {
        let mut ends = (0..=notes.len().min(MOST_NOTES)).rev();
        let end = ends.find(|&end| notes.is_char_boundary(end)).unwrap_or(0);
        let notes = &notes[..end];
        self.crc32.update(notes.as_bytes());
        self.file.write_all(notes.as_bytes())?;
        let header = Header {
            shape: self.shape,
            count: self.bytes / self.shape.len() as u64,
            version: self.version,
            notes: notes.len() as u32,
            crc32: self.crc32.finalize(),
        };
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header.encode())?;
        Ok(self.file)
    }
}

/// The pictures in the cache at `path`, mapped into memory, if they are those of `version` in `shape`,
/// byte for byte as they were written; and the notes.
///
/// # Errors
/// If not, with the reason.
pub fn cached(
    path: &Path,
    shape: Shape,
    version: Version,
) -> Result<(Pictures, String), CacheError> {
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(BLOCK, &file);
    let mut header = [0; HEADER];
    let cut_off = |_| CacheError::Damaged("is too short for a cache of pictures".into());
    reader.read_exact(&mut header).map_err(cut_off)?;
    let header = Header::decode(&header)?;
    header.check(shape, version)?;
    let pixels = header.check_length(len)?;
    // By ordinary reads: they end with an error if the file is cut off meanwhile.
    let mut sum = sum(reader.by_ref().take(pixels as u64))?;
    let mut notes = Vec::new();
    reader.take(MOST_NOTES as u64).read_to_end(&mut notes)?;
    sum.update(&notes);
    let notes = String::from_utf8(notes).ok().filter(|_| sum.finalize() == header.crc32);
    let other = || CacheError::Damaged("holds other bytes than were written into it".into());
    let notes = notes.ok_or_else(other)?;
    Ok((Pictures::mapped(shape, Mapped::new(&file, HEADER as u64, pixels)?), notes))
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
    version: Version,
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
        bytes.extend(self.version.0);
        bytes.extend(self.notes.to_le_bytes());
        bytes.extend(self.crc32.to_le_bytes());
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes.try_into().expect("as many bytes as the table says")
    }

    fn decode(bytes: &[u8; HEADER]) -> Result<Self, CacheError> {
        let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four"));
        if !bytes.starts_with(MAGIC) {
            return Err(CacheError::Damaged("is no cache of pictures, or half of one".into()));
        }
        let format = u32_at(8);
        if format != FORMAT {
            return Err(CacheError::Other(format!(
                "is a cache of format {format}, and this program knows {FORMAT}"
            )));
        }
        if crc32fast::hash(&bytes[..HEADER - 4]) != u32_at(HEADER - 4) {
            return Err(CacheError::Damaged("has a damaged header".into()));
        }
        Ok(Self {
            shape: Shape { side: u32_at(12) as usize, channels: u32_at(16) as usize },
            count: u64::from_le_bytes(bytes[20..28].try_into().expect("eight")),
            version: Version(bytes[28..60].try_into().expect("thirty-two")),
            notes: u32_at(60),
            crc32: u32_at(64),
        })
    }

    /// Whether these are the pictures that are asked for.
    fn check(&self, shape: Shape, version: Version) -> Result<(), CacheError> {
        if self.shape != shape {
            let Shape { side, channels } = self.shape;
            return Err(CacheError::Other(format!(
                "holds pictures of {side} × {side} × {channels}"
            )));
        }
        if self.version != version {
            return Err(CacheError::Other("is of other files, or they have changed since".into()));
        }
        Ok(())
    }

    /// Bytes of all pixels, if a file of `len` bytes holds them and the notes and nothing else.
    fn check_length(&self, len: u64) -> Result<usize, CacheError> {
        let pixels = u128::from(self.count) * self.shape.len() as u128;
        let wanted = pixels + u128::from(self.notes) + HEADER as u128;
        let fits = self.count > 0 && self.notes as usize <= MOST_NOTES && u128::from(len) == wanted;
        usize::try_from(pixels).ok().filter(|_| fits).ok_or_else(|| {
            CacheError::Damaged(format!("has {len} bytes, but should have {wanted}"))
        })
    }
}
