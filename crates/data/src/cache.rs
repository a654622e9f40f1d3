//! The file that holds pictures for which there is no room in memory, all numbers little-endian:
//!
//! | bytes | |
//! |---|---|
//! | 8 | `DCGANPIX` |
//! | 4 | version of this format |
//! | 4, 4 | side and channels of a picture |
//! | 8 | number of pictures |
//! | 32 | [`Version`] of the set that they are of |
//! | 4 | CRC-32 of the pixels |
//! | 4 | CRC-32 of all of the above |
//! | … | the pixels, (n, h, w, c) |

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::mapped::Mapped;
use crate::{Pictures, Shape, Version};

const MAGIC: &[u8; 8] = b"DCGANPIX";

/// The version of the format, written and read.
const FORMAT: u32 = 1;

/// Bytes before the pixels.
const HEADER: usize = 68;

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

    /// Writes the header; the file is whole.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        let header = Header {
            shape: self.shape,
            count: self.bytes / self.shape.len() as u64,
            version: self.version,
            crc32: self.crc32.finalize(),
        };
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header.encode())?;
        Ok(self.file)
    }
}

/// The pictures in the cache at `path`, mapped into memory, if they are those of `version` in `shape`,
/// byte for byte as they were written.
///
/// # Errors
/// If not, with the reason.
pub fn cached(path: &Path, shape: Shape, version: Version) -> Result<Pictures, CacheError> {
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
    if crc32(reader)? != header.crc32 {
        return Err(CacheError::Damaged("holds other pixels than were written into it".into()));
    }
    Ok(Pictures::mapped(shape, Mapped::new(&file, HEADER as u64, pixels)?))
}

fn crc32(mut reader: impl Read) -> io::Result<u32> {
    let (mut hasher, mut block) = (crc32fast::Hasher::new(), vec![0; BLOCK]);
    loop {
        match reader.read(&mut block)? {
            0 => return Ok(hasher.finalize()),
            n => hasher.update(&block[..n]),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    shape: Shape,
    count: u64,
    version: Version,
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
            crc32: u32_at(60),
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

    /// Bytes of all pixels, if a file of `len` bytes holds them and nothing else.
    fn check_length(&self, len: u64) -> Result<usize, CacheError> {
        let pixels = self.count.checked_mul(self.shape.len() as u64);
        let whole =
            pixels.filter(|&pixels| pixels > 0 && len == pixels.saturating_add(HEADER as u64));
        whole.and_then(|pixels| usize::try_from(pixels).ok()).ok_or_else(|| {
            let wanted = u128::from(self.count) * self.shape.len() as u128 + HEADER as u128;
            CacheError::Damaged(format!("has {len} bytes, but should have {wanted}"))
        })
    }
}
