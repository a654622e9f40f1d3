//! A part of a file as memory. The two calls of the system here are unsafe by their signatures.
#![expect(unsafe_code, reason = "a file can change while it is mapped")]

use std::fs::File;
use std::io;
use std::ops::Range;

use memmap2::{Mmap, MmapOptions};

/// A page that is asked for brings up to so many bytes around it.
const AROUND: usize = 64 << 10;

/// Bytes of a file that nobody changes meanwhile.
#[derive(Debug)]
pub(crate) struct Mapped(Mmap);

impl Mapped {
    /// `len` bytes of `file` from `offset` on, which must be there.
    pub(crate) fn new(file: &File, offset: u64, len: usize) -> io::Result<Self> {
        let end = offset.checked_add(len as u64);
        if end.is_none_or(|end| file.metadata().is_ok_and(|about| about.len() < end)) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // SAFETY: the file is a cache that this program wrote, in a folder that it holds locked, and
        // which it never changes once it has its name. All bytes are valid pixels, so that another
        // process that writes there spoils a picture and nothing else; one that cuts the file off ends
        // this process by a signal (SIGBUS), as killing it would, and no memory is read wrongly.
        let map = unsafe { MmapOptions::new().offset(offset).len(len).map(file)? };
        Ok(Self(map))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Lets go of the pages of `range`, and of those that came with them.
    #[cfg(unix)]
    pub(crate) fn let_go(&self, range: Range<usize>) {
        use memmap2::UncheckedAdvice::DontNeed;
        let start = range.start.saturating_sub(AROUND);
        let end = range.end.saturating_add(AROUND).min(self.0.len());
        // SAFETY: the mapping is shared and is never written, so a page that is let go of comes back
        // from the file with the same bytes.
        let advised = unsafe { self.0.unchecked_advise_range(DontNeed, start, end - start) };
        // Only a hint; without it more memory is taken.
        drop(advised);
    }

    /// Other systems take memory back by themselves.
    #[cfg(not(unix))]
    pub(crate) fn let_go(&self, _: Range<usize>) {}
}
