//! Images in memory as far as a limit allows, otherwise in a memory-mapped cache file.

use std::io::{self, Seek, Write};
use std::path::Path;

use crate::{
    CacheError, CacheWriter, DataError, Images, Progress, Receiver, Report, Shape, Source,
    SourceHash, open_cache, read, source_hash,
};

/// Memory for decoding that there is whatever the limit.
const DECODING: u64 = 128 << 20;

/// Which images to open, and where they go if they exceed the memory limit.
pub struct Store<'a> {
    /// The data set.
    pub source: &'a Source,
    /// The shape of the images.
    pub shape: Shape,
    /// Bytes that the images may take in memory, with those that are being decoded.
    pub memory_limit: u64,
    /// The cache file for a set above the limit.
    pub cache: &'a Path,
    /// What a later session should learn about the set, which it does not read again: at most 64 KiB
    /// of text made from the report.
    pub notes: &'a dyn Fn(&Report) -> String,
}

/// Creates and removes the cache file. The caller provides it, and so decides how a file becomes
/// durable.
pub trait Spill {
    /// Creates a file that appears at `path` when it is [committed](CacheFile::commit), replacing
    /// whatever is there. A file dropped before that leaves nothing behind.
    ///
    /// # Errors
    /// If it cannot be created.
    fn create<'a>(&'a mut self, path: &'a Path) -> io::Result<Box<dyn CacheFile + 'a>>;

    /// Removes the cache at `path`, which cannot be used for the reason `why`. Called before the set
    /// is read again, which can take long.
    ///
    /// # Errors
    /// If it cannot be removed.
    fn discard(&mut self, path: &Path, why: &CacheError) -> io::Result<()>;
}

/// A file that does not yet have its name.
pub trait CacheFile: Write + Seek {
    /// Gives the complete file its name.
    ///
    /// # Errors
    /// If it cannot be moved there, or cannot be seen to have reached the disk.
    fn commit(self: Box<Self>) -> io::Result<()>;
}

/// Images that have been opened.
#[derive(Debug)]
pub struct Opened {
    /// The images.
    pub images: Images,
    /// Where they are.
    pub location: Location,
    /// What [`Store::notes`] made of the report, in this session or in the one that wrote the cache.
    pub notes: String,
}

/// Where images are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In memory, within the limit.
    Memory,
    /// In a cache written just now.
    NewCache,
    /// In the cache of an earlier session.
    ExistingCache,
}

/// Opens all images of a set.
///
/// An existing cache is used, whatever the limit, if the set has not changed since; otherwise it is
/// discarded. Then the images are read into memory, and once they exceed the limit, into a new cache.
///
/// # Errors
/// If no image can be read. [`DataError::Store`] if the cache cannot be written; no incomplete cache
/// is left behind then.
pub fn open_or_read(
    store: &Store,
    spill: &mut dyn Spill,
    progress: Progress,
) -> Result<Opened, DataError> {
    let hash = source_hash(store.source)?;
    if store.cache.exists() {
        match open_cache(store.cache, store.shape, hash) {
            Ok((images, notes)) => {
                return Ok(Opened { images, location: Location::ExistingCache, notes });
            }
            Err(why) => spill
                .discard(store.cache, &why)
                .map_err(|error| DataError::Remove { path: store.cache.to_owned(), error })?,
        }
    }
    let mut spilling = Spilling { store, hash, spill: Some(spill), memory: Vec::new(), file: None };
    let report = read(store.source, store.shape, progress, &mut spilling)?;
    let notes = (store.notes)(&report);
    let Spilling { mut memory, file, .. } = spilling;
    let Some(file) = file else {
        memory.shrink_to_fit();
        let images = Images::new(store.shape, memory);
        return Ok(Opened { images, location: Location::Memory, notes });
    };
    file.finish(&notes).and_then(|file| file.commit()).map_err(DataError::Store)?;
    let (images, _) = open_cache(store.cache, store.shape, hash).map_err(|why| {
        DataError::invalid(store.cache, format!("{why}, although it was written just now"))
    })?;
    Ok(Opened { images, location: Location::NewCache, notes })
}

/// Takes images into memory until they exceed the limit, then into a file.
pub(crate) struct Spilling<'a> {
    pub(crate) store: &'a Store<'a>,
    pub(crate) hash: SourceHash,
    /// Taken when the file is created.
    pub(crate) spill: Option<&'a mut dyn Spill>,
    pub(crate) memory: Vec<u8>,
    pub(crate) file: Option<CacheWriter<Box<dyn CacheFile + 'a>>>,
}

impl Receiver for Spilling<'_> {
    fn take(&mut self, more: &[u8]) -> io::Result<()> {
        let fits = (self.memory.len() + more.len()) as u64 <= self.store.memory_limit;
        if self.file.is_none() && fits {
            self.memory.extend_from_slice(more);
            return Ok(());
        }
        self.spill()?;
        self.file.as_mut().map_or(Ok(()), |file| file.write(more))
    }

    /// The images make room for one that would not fit beside them.
    fn room(&mut self, needed: u64) -> io::Result<u64> {
        let limit = self.store.memory_limit;
        let rest = limit.saturating_sub(self.memory.len() as u64).max(DECODING);
        if needed <= rest || needed > limit {
            return Ok(rest);
        }
        self.spill()?;
        Ok(limit)
    }
}

impl Spilling<'_> {
    /// Moves the images from memory to a file, unless they are there.
    fn spill(&mut self) -> io::Result<()> {
        if let Some(spill) = self.spill.take() {
            let file = spill.create(self.store.cache)?;
            let file = self.file.insert(CacheWriter::new(file, self.store.shape, self.hash)?);
            file.write(&std::mem::take(&mut self.memory))?;
        }
        Ok(())
    }
}
