//! A part of a file as memory. The two system calls made here are unsafe by their signatures.
#![expect(unsafe_code, reason = "a file can change while it is mapped")]

use std::fs::File;
use std::io;
use std::ops::Range;

use memmap2::{Mmap, MmapOptions};

/// Bytes around a requested page that the system may load with it.
#[cfg(unix)]
const READ_AROUND: usize = 64 << 10;

/// A range of bytes of a file that nobody changes while it is mapped.
#[derive(Debug)]
pub(crate) struct Mapped(Mmap);

impl Mapped {
    /// Maps `len` bytes of `file` from `offset`, which must exist.
    pub(crate) fn new(file: &File, offset: u64, len: usize) -> io::Result<Self> {
        let end = offset.checked_add(len as u64);
        if end.is_none_or(|end| file.metadata().is_ok_and(|about| about.len() < end)) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // SAFETY: the file is a cache that this program wrote, in a folder that it holds locked, and
        // which it never changes once it has its name. All bytes are valid pixels, so another process
        // that writes there corrupts an image and nothing else; one that truncates the file ends this
        // process by a signal (SIGBUS), as killing it would, and no memory is read wrongly.
        let map = unsafe { MmapOptions::new().offset(offset).len(len).map(file)? };
        Ok(Self(map))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Releases the pages of `range`, and those loaded along with them.
    #[cfg(unix)]
    pub(crate) fn release(&self, range: Range<usize>) {
        use memmap2::UncheckedAdvice::DontNeed;
        let start = range.start.saturating_sub(READ_AROUND);
        let end = range.end.saturating_add(READ_AROUND).min(self.0.len());
        // SAFETY: the mapping is shared and never written, so a released page comes back from the file
        // with the same bytes.
        let advised = unsafe { self.0.unchecked_advise_range(DontNeed, start, end - start) };
        // Only a hint; if it is refused, more memory stays in use.
        drop(advised);
    }

    /// Other systems reclaim the memory by themselves.
    #[cfg(not(unix))]
    pub(crate) fn release(&self, _: Range<usize>) {}
}
