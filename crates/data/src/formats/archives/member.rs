use std::io::{self, Read};

use flate2::read::DeflateDecoder;

use super::section::Section;

/// Bytes that one compressed byte can stand for.
const MAX_COMPRESSION: u64 = 1032;

/// The content of a file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// As it is.
    Stored { data: Section, crc32: Option<u32> },
    /// Compressed.
    Deflated(Deflated),
    /// The planes of an image without a header.
    Planes(Section),
}

impl Member {
    /// The number of its bytes, decompressed.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Stored { data, .. } | Self::Planes(data) => data.len(),
            Self::Deflated(deflated) => deflated.size,
        }
    }
}

/// A compressed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deflated {
    data: Section,
    /// Bytes when decompressed.
    pub(crate) size: u64,
    pub(super) crc32: u32,
}

impl Deflated {
    /// `None` if the data cannot stand for that many bytes.
    pub(super) fn new(data: Section, size: u64, crc32: u32) -> Option<Self> {
        let may_be = size <= data.len().saturating_mul(MAX_COMPRESSION);
        may_be.then_some(Self { data, size, crc32 })
    }

    pub(super) fn decoder(&self) -> io::Result<DeflateDecoder<Section>> {
        Ok(DeflateDecoder::new(self.data.opened()?))
    }

    /// All of it, checked.
    pub(crate) fn inflated(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.size as usize);
        // One more, to see whether it ends there.
        self.decoder()?.take(self.size + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
        if bytes.len() as u64 != self.size || crc32fast::hash(&bytes) != self.crc32 {
            return Err(damaged());
        }
        Ok(bytes)
    }
}

/// What is wrong with a member whose bytes are not those that were packed.
pub(super) fn damaged() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "is damaged: its bytes are not those that were packed",
    )
}
