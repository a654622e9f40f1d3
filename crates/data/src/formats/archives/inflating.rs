use std::io::{self, Read, Seek, SeekFrom};

use flate2::read::DeflateDecoder;

use super::member::{Deflated, damaged};
use super::section::{Section, seek};

/// Bytes decompressed at a time.
const BLOCK: u64 = 1 << 14;

/// A compressed file that is decompressed as far as it is read. What has been decompressed is kept, so
/// that one can seek in it.
pub(crate) struct Inflating {
    decoder: Box<DeflateDecoder<Section>>,
    bytes: Vec<u8>,
    size: u64,
    /// The most bytes that are kept.
    most: u64,
    position: u64,
}

impl Inflating {
    pub(crate) fn new(deflated: &Deflated, most: u64) -> io::Result<Self> {
        let decoder = Box::new(deflated.decoder()?);
        Ok(Self { decoder, bytes: Vec::new(), size: deflated.size, most, position: 0 })
    }

    pub(crate) fn len(&self) -> u64 {
        self.size
    }

    /// Decompresses up to `end`, or a little more.
    fn inflate(&mut self, end: u64) -> io::Result<()> {
        let end = end.min(self.size);
        if end > self.most {
            return Err(io::Error::other(format!(
                "is packed such that {} MB must be decompressed to read its header; unpack the archive",
                end.div_ceil(1_000_000)
            )));
        }
        while (self.bytes.len() as u64) < end {
            let more =
                (end - self.bytes.len() as u64).max(BLOCK).min(self.size - self.bytes.len() as u64);
            let n = self.decoder.by_ref().take(more).read_to_end(&mut self.bytes);
            if n.map_err(|_| damaged())? == 0 {
                return Err(damaged());
            }
        }
        Ok(())
    }
}

impl Read for Inflating {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inflate(self.position.saturating_add(buffer.len() as u64))?;
        let mut rest = self.bytes.get(self.position as usize..).unwrap_or_default();
        let n = rest.read(buffer)?;
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for Inflating {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = seek(self.position, self.size, to)?;
        Ok(self.position)
    }
}
