//! From a source to pictures: in memory as far as the limit goes, else from a file in the folder of
//! the run that is mapped into memory.

use std::fs;
use std::io;
use std::path::Path;

use dcgan_data::{
    CacheError, CacheWriter, DataError, Pictures, Shape, Skipped, Source, Version, cached, read,
    version,
};

use crate::files::{Disk, Draft, Real};
use crate::memory_limit::{MemoryLimit, bytes};
use crate::observer::{Event, Observer};
use crate::run_error::{Context, Result, RunError};
use crate::run_folder::RunFolder;

/// Broken files that are named one by one; of more, the number.
const NAMED: usize = 10;

/// All pictures. A file that an earlier session has left is taken, whatever the limit, if they have
/// not changed since; else it goes.
pub(crate) fn load(
    folder: &RunFolder,
    source: &Source,
    shape: Shape,
    limit: MemoryLimit,
    observer: &mut dyn Observer,
) -> Result<Pictures> {
    let path = folder.image_cache();
    let version = version(source).map_err(unreadable)?;
    if path.exists() {
        match cached(&path, shape, version) {
            Ok((pictures, skipped)) => {
                warn(&skipped, observer);
                observer.event(&Event::Images(&format!(
                    "The images are in {} already",
                    path.display()
                )));
                return Ok(pictures);
            }
            Err(why) => discard(&path, &why, observer)?,
        }
    }
    read_into(&mut Real, &path, source, shape, version, limit, observer)
}

/// An error of a dataset, whose message names it already.
pub(crate) fn unreadable(error: DataError) -> RunError {
    let what = error.to_string();
    RunError::Failed { what, source: None }
}

/// Reports what was skipped, a line each.
fn warn(skipped: &str, observer: &mut dyn Observer) {
    for line in skipped.lines() {
        observer.event(&Event::Warning(line.strip_prefix("warning: ").unwrap_or(line)));
    }
}

/// Takes away the file of the pictures, when the run no longer needs it.
pub(crate) fn remove(folder: &RunFolder) {
    // It can be made again, so what cannot be removed only takes room.
    let _ = fs::remove_file(folder.image_cache());
}

/// Removes a file that cannot be used. One that is damaged is a warning: something is wrong there.
fn discard(path: &Path, why: &CacheError, observer: &mut dyn Observer) -> Result<()> {
    let message = format!("{} {why}; the images are read again", path.display());
    observer.event(&match why {
        CacheError::Other(_) => Event::Images(&message),
        _ => Event::Warning(&message),
    });
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
    observer: &mut dyn Observer,
) -> Result<Pictures> {
    let watching: &dyn Observer = &*observer;
    let progress = |done, total| watching.reading(done, total);
    let mut store =
        Store { disk: Some(disk), path, shape, version, limit, here: Vec::new(), there: None };
    let outcome = read(source, shape, &progress, &mut |more| store.add(more));
    let full = |error: io::Error| RunError::Failed {
        what: format!(
            "cannot write {}, which holds the images beyond {}; free some space there, or raise the memory limit",
            path.display(),
            bytes(limit)
        ),
        source: Some(error.into()),
    };
    let report = outcome.map_err(|error| match error {
        DataError::Kept(error) => full(error),
        other => unreadable(other),
    })?;
    let skipped = words_of(&report.skipped);
    warn(&skipped, observer);
    let Some(there) = store.there else {
        store.here.shrink_to_fit();
        return Ok(Pictures::new(shape, store.here));
    };
    there.finish(&skipped).and_then(Draft::finish).map_err(full)?;
    let (pictures, _) = cached(path, shape, version)
        .map_err(|why| RunError::at(path, &format!("{why}, though it has just been written")))?;
    let size = pictures.as_bytes().len() as u64;
    observer.event(&Event::Images(&format!(
        "The images take {}, more than the memory limit of {}; they are in {}",
        bytes(size),
        bytes(limit),
        path.display()
    )));
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
            let draft = Draft::new(disk, self.path)?;
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
