//! The images of a run: in memory as far as the limit allows, otherwise in a cache file in its folder.
//! [`dcgan_data::open_or_read`] decides; this only reports what it did.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Result;
use dcgan_data::{
    CacheError, CacheFile, DataError, Images, Location, Opened, Report, Shape, Skipped, Source,
    Spill, Store, open_or_read,
};

use super::folder::Folder;
use super::loading;
use super::memory_limit::{MemoryLimit, bytes};
use crate::console::{note, say};
use crate::files::{Disk, Draft, Real};

/// Unreadable files that are reported one by one; of more, only the number.
const NAMED: usize = 10;

/// All images of `source`.
pub(crate) fn load(
    folder: &Folder,
    source: &Source,
    shape: Shape,
    limit: MemoryLimit,
) -> Result<Images> {
    load_on(&mut Real, &folder.pictures(), source, shape, limit)
}

/// Removes the cache when the run no longer needs it.
pub(crate) fn remove(folder: &Folder) {
    // It can be rebuilt, so a file that cannot be removed only takes room.
    let _ = fs::remove_file(folder.pictures());
}

/// All images, with a progress bar while they are read, and with the cache at `path` on a disk that
/// may fail.
pub(super) fn load_on(
    disk: &mut impl Disk,
    path: &Path,
    source: &Source,
    shape: Shape,
    MemoryLimit(limit): MemoryLimit,
) -> Result<Images> {
    let bar = loading()?;
    let progress = |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let notes = &|report: &Report| warnings(&report.skipped);
    let store = Store { source, shape, memory_limit: limit, cache: path, notes };
    let opened = open_or_read(&store, &mut RunDisk(disk), &progress);
    bar.finish_and_clear();
    let Opened { images, location, notes } = opened.map_err(|error| match error {
        DataError::Store(error) => anyhow::Error::from(error).context(format!(
            "cannot write {}, the cache for images that exceed {}; free some space, or raise --memory-limit",
            path.display(),
            bytes(limit)
        )),
        other => other.into(),
    })?;
    notes.lines().for_each(note);
    match location {
        Location::Memory => {}
        Location::ExistingCache => {
            say(format_args!("Reusing the image cache {}", path.display()));
        }
        Location::NewCache => say(format_args!(
            "The images take {}, more than the --memory-limit of {}; cached in {}",
            bytes(images.as_bytes().len() as u64),
            bytes(limit),
            path.display()
        )),
    }
    Ok(images)
}

/// A run's disk, on which a file is complete or not there.
struct RunDisk<'a, D>(&'a mut D);

impl<D: Disk> Spill for RunDisk<'_, D> {
    fn create<'a>(&'a mut self, path: &'a Path) -> io::Result<Box<dyn CacheFile + 'a>> {
        Ok(Box::new(Draft::new(self.0, path).map_err(io::Error::other)?))
    }

    /// A damaged cache is a warning: something is wrong with the disk. An outdated one is not.
    fn discard(&mut self, path: &Path, why: &CacheError) -> io::Result<()> {
        let label = if matches!(why, CacheError::Outdated(_)) { "" } else { "warning: " };
        note(format_args!("{label}{} {why}; reading the images again", path.display()));
        fs::remove_file(path)
    }
}

impl<D: Disk> CacheFile for Draft<'_, D> {
    fn commit(self: Box<Self>) -> io::Result<()> {
        self.finish().map_err(io::Error::other)
    }
}

/// The warnings about files that could not be read, a line each. The cache keeps them, because a
/// resumed run reads none of the files again.
pub(super) fn warnings(skipped: &[Skipped]) -> String {
    let mut lines = String::new();
    for Skipped { path, reason } in skipped.iter().take(NAMED) {
        // A name may contain line breaks.
        let path = path.display().to_string().replace(['\n', '\r'], "\u{fffd}");
        lines.push_str(&format!("warning: skipped {path}: {reason}\n"));
    }
    let more = skipped.len().saturating_sub(NAMED);
    if more > 0 {
        lines.push_str(&format!(
            "warning: skipped {more} more; `dcgan data --list` names all of them\n"
        ));
    }
    lines
}
