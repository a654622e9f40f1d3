//! From a source to pictures: in memory as far as the limit goes, else from a file in the folder of
//! the run that is mapped into memory.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use dcgan_data::{
    CacheError, CacheWriter, DataError, Pictures, Shape, Skipped, Source, Version, cached, read,
    version,
};

use super::folder::Folder;
use super::loading;
use super::memory_limit::{MemoryLimit, bytes};
use crate::console::{note, say};
use crate::files::{Disk, Draft, Real};

/// Broken files that are named one by one; of more, the number.
const NAMED: usize = 10;

/// All pictures. A file that an earlier session has left is taken, whatever the limit, if they have
/// not changed since; else it goes.
pub(crate) fn load(
    folder: &Folder,
    source: &Source,
    shape: Shape,
    limit: MemoryLimit,
) -> Result<Pictures> {
    let path = folder.pictures();
    let version = version(source)?;
    if path.exists() {
        match cached(&path, shape, version) {
            Ok((pictures, skipped)) => {
                skipped.lines().for_each(note);
                say(format_args!("The pictures are in {} already", path.display()));
                return Ok(pictures);
            }
            Err(why) => discard(&path, &why)?,
        }
    }
    read_into(&mut Real, &path, source, shape, version, limit)
}

/// Takes away the file of the pictures, when the run no longer needs it.
pub(crate) fn remove(folder: &Folder) {
    // It can be made again, so what cannot be removed only takes room.
    let _ = fs::remove_file(folder.pictures());
}

/// Removes a file that cannot be used. One that is damaged is a warning: something is wrong there.
fn discard(path: &Path, why: &CacheError) -> Result<()> {
    let label = if matches!(why, CacheError::Other(_)) { "" } else { "warning: " };
    note(format_args!("{label}{} {why}; the pictures are read anew", path.display()));
    fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))
}

/// Reads all pictures, under a bar, into memory or into a cache at `path`, and tells of those that
/// could not be read.
pub(super) fn read_into(
    disk: &mut impl Disk,
    path: &Path,
    source: &Source,
    shape: Shape,
    version: Version,
    MemoryLimit(limit): MemoryLimit,
) -> Result<Pictures> {
    let bar = loading()?;
    let progress = |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let mut store =
        Store { disk: Some(disk), path, shape, version, limit, here: Vec::new(), there: None };
    let outcome = read(source, shape, &progress, &mut |more| store.add(more));
    bar.finish_and_clear();
    let full = |error: anyhow::Error| {
        error.context(format!(
            "cannot write {}, where the pictures go that are more than {}; make room there, or give them more memory with --memory-limit",
            path.display(), bytes(limit)
        ))
    };
    let report = outcome.map_err(|error| match error {
        DataError::Kept(error) => full(error.into()),
        other => other.into(),
    })?;
    let skipped = words_of(&report.skipped);
    skipped.lines().for_each(note);
    let Some(there) = store.there else {
        store.here.shrink_to_fit();
        return Ok(Pictures::new(shape, store.here));
    };
    there.finish(&skipped).map_err(anyhow::Error::new).and_then(Draft::finish).map_err(full)?;
    let (pictures, _) = cached(path, shape, version)
        .map_err(|why| anyhow!("{} {why}, though it has just been written", path.display()))?;
    let size = pictures.as_bytes().len() as u64;
    say(format_args!(
        "The pictures take {}, more than the {} of --memory-limit: they are in {}",
        bytes(size),
        bytes(limit),
        path.display()
    ));
    Ok(pictures)
}

/// Where pictures are put while they are read: in memory until there is no room.
struct Store<'a, D> {
    /// Until it is needed.
    disk: Option<&'a mut D>,
    path: &'a Path,
    shape: Shape,
    version: Version,
    limit: u64,
    here: Vec<u8>,
    there: Option<CacheWriter<Draft<'a, D>>>,
}

impl<D: Disk> Store<'_, D> {
    fn add(&mut self, more: &[u8]) -> io::Result<()> {
        let fits = (self.here.len() + more.len()) as u64 <= self.limit;
        if self.there.is_none() && fits {
            self.here.extend_from_slice(more);
            return Ok(());
        }
        if let Some(disk) = self.disk.take() {
            let draft = Draft::new(disk, self.path).map_err(io::Error::other)?;
            let there = self.there.insert(CacheWriter::new(draft, self.shape, self.version)?);
            there.write(&std::mem::take(&mut self.here))?;
        }
        self.there.as_mut().map_or(Ok(()), |there| there.write(more))
    }
}

/// What is told of files that could not be read, a line each; the cache keeps it, since a run that goes
/// on from there reads none of them again.
pub(super) fn words_of(skipped: &[Skipped]) -> String {
    let mut words = String::new();
    for Skipped { path, reason } in skipped.iter().take(NAMED) {
        // A name may hold anything, and is a part of one line.
        let path = path.display().to_string().replace(['\n', '\r'], "\u{fffd}");
        words.push_str(&format!("warning: skipped {path}: {reason}\n"));
    }
    let more = skipped.len().saturating_sub(NAMED);
    if more > 0 {
        words.push_str(&format!(
            "warning: skipped {more} more; `dcgan data --list` names all of them\n"
        ));
    }
    words
}
