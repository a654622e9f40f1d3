//! Data that must be decompressed as a whole before one can seek in them: they go to a file without a
//! name in the folder of temporary files, which the system removes when it is closed.

use std::fs::File;
use std::io::{self, Read, Write};

use flate2::read::MultiGzDecoder;

use super::limits::{Limits, too_large};
use super::member::{Deflated, Member};
use super::section::Section;

/// Bytes copied at a time.
const BLOCK: usize = 1 << 16;

/// The content of a file that gzip compressed.
pub(super) fn gunzipped(data: &Section, limits: &mut Limits) -> Result<Section, String> {
    let mut file = Draft::new(limits)?;
    file.copy(MultiGzDecoder::new(io::BufReader::new(data.opened().map_err(unreadable)?)))?;
    file.finish()
}

/// The content of an archive in an archive.
pub(super) fn of_member(member: &Member, limits: &mut Limits) -> Result<Section, String> {
    let damaged = |error: io::Error| error.to_string();
    match member {
        Member::Stored { data, crc32 } => {
            crc32.map_or(Ok(()), |crc32| data.check(crc32)).map_err(damaged)?;
            Ok(data.clone())
        }
        Member::Planes(data) => Ok(data.clone()),
        Member::Deflated(deflated) => inflated(deflated, limits),
    }
}

fn inflated(deflated: &Deflated, limits: &mut Limits) -> Result<Section, String> {
    let mut file = Draft::new(limits)?;
    file.copy(deflated.decoder().map_err(unreadable)?.take(deflated.size))?;
    let section = file.finish()?;
    section.check(deflated.crc32).map_err(|error| error.to_string())?;
    Ok(section)
}

/// A file that is being written.
pub(super) struct Draft<'a> {
    file: File,
    limits: &'a mut Limits,
}

impl<'a> Draft<'a> {
    pub(super) fn new(limits: &'a mut Limits) -> Result<Self, String> {
        Ok(Self { file: tempfile::tempfile().map_err(unwritable)?, limits })
    }

    /// Appends all that `from` gives.
    pub(super) fn copy(&mut self, mut from: impl Read) -> Result<(), String> {
        let mut block = vec![0; BLOCK];
        loop {
            match from.read(&mut block) {
                Ok(0) => return Ok(()),
                Ok(n) => self.write(&block[..n])?,
                Err(_) => return Err("is cut off or damaged; download it again".into()),
            }
        }
    }

    /// Appends bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        if bytes.len() as u64 > self.limits.bytes() {
            return Err(too_large());
        }
        self.limits.take_bytes(bytes.len() as u64)?;
        self.file.write_all(bytes).map_err(unwritable)
    }

    pub(super) fn finish(self) -> Result<Section, String> {
        Section::of(self.file).map_err(unwritable)
    }
}

fn unreadable(error: io::Error) -> String {
    format!("cannot be read: {error}")
}

fn unwritable(error: io::Error) -> String {
    format!(
        "cannot be unpacked in the folder of temporary files ({error}); unpack it elsewhere and pass that folder"
    )
}
