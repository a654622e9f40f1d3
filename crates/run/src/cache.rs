//! The images of a run: in memory as far as the limit allows, otherwise in a cache file in its folder.
//! [`dcgan_data::open_or_read`] decides; this only reports what it did.

use std::fs;
use std::io;
use std::path::Path;

use dcgan_data::{
    CacheError, CacheFile, DataError, Exclusion, Images, Location, Opened, Report, Shape, Skipped,
    Source, Spill, Store, how_to_convert, open_or_read, shown,
};

use crate::files::{Disk, Draft, Real};
use crate::memory_limit::{MemoryLimit, bytes};
use crate::observer::{Event, Observer};
use crate::run_error::{Result, RunError};
use crate::run_folder::RunFolder;

/// Unreadable files that are named; for the rest, only their number is reported.
const NAMED: usize = 10;

/// All images of `source`.
pub(crate) fn load(
    folder: &RunFolder,
    source: &Source,
    shape: Shape,
    limit: MemoryLimit,
    observer: &mut dyn Observer,
) -> Result<Images> {
    load_on(&mut Real, &folder.image_cache(), source, shape, limit, observer)
}

/// Removes the cache when the run no longer needs it.
pub(crate) fn remove(folder: &RunFolder) {
    // It can be rebuilt, so a file that cannot be removed only takes up space.
    let _ = fs::remove_file(folder.image_cache());
}

/// An error of a dataset, whose message names it already.
pub(crate) fn unreadable(error: DataError) -> RunError {
    RunError::Failed { what: error.to_string(), source: None }
}

/// All images, with the cache at `path` on a disk that may fail.
pub(crate) fn load_on(
    disk: &mut impl Disk,
    path: &Path,
    source: &Source,
    shape: Shape,
    MemoryLimit(limit): MemoryLimit,
    observer: &mut dyn Observer,
) -> Result<Images> {
    let notes = &|report: &Report| warnings(report);
    let store = Store { source, shape, memory_limit: limit, cache: path, notes };
    let mut spill = RunDisk { disk, discarded: None };
    let opened = {
        let observer: &dyn Observer = &*observer;
        open_or_read(&store, &mut spill, &|done, total| observer.reading(done, total))
    };
    if let Some((message, damaged)) = spill.discarded {
        observer.event(&match damaged {
            true => Event::Warning(&message),
            false => Event::Images(&message),
        });
    }
    let Opened { images, location, notes } = opened.map_err(|error| match error {
        DataError::Store(error) => RunError::Failed {
            what: format!(
                "cannot write {}, the cache for images that exceed {}; free some space, or raise the memory limit",
                path.display(),
                bytes(limit)
            ),
            source: Some(error.into()),
        },
        other => unreadable(other),
    })?;
    for line in notes.lines() {
        observer.event(&Event::Warning(line.strip_prefix("warning: ").unwrap_or(line)));
    }
    match location {
        Location::Memory => {}
        Location::ExistingCache => {
            observer.event(&Event::Images(&format!("Reusing the image cache {}", path.display())));
        }
        Location::NewCache => {
            let taken = images.as_bytes().len() as u64;
            // They fit, but not beside a large one that was being decoded.
            let than =
                if taken <= limit { "and decoding more than the rest of" } else { "more than" };
            observer.event(&Event::Images(&format!(
                "The images take {}, {than} the memory limit of {}; cached in {}",
                bytes(taken),
                bytes(limit),
                path.display()
            )));
        }
    }
    Ok(images)
}

/// A run's disk, on which a file is either complete or absent.
struct RunDisk<'a, D> {
    disk: &'a mut D,
    /// The message about a cache that cannot be used, and whether it was damaged.
    discarded: Option<(String, bool)>,
}

impl<D: Disk> Spill for RunDisk<'_, D> {
    fn create<'a>(&'a mut self, path: &'a Path) -> io::Result<Box<dyn CacheFile + 'a>> {
        Ok(Box::new(Draft::new(self.disk, path)?))
    }

    /// A damaged cache is a warning: something is wrong with the disk. An outdated one is not.
    fn discard(&mut self, path: &Path, why: &CacheError) -> io::Result<()> {
        let message = format!("{} {why}; reading the images again", path.display());
        self.discarded = Some((message, !matches!(why, CacheError::Outdated(_))));
        fs::remove_file(path)
    }
}

impl<D: Disk> CacheFile for Draft<'_, D> {
    fn commit(self: Box<Self>) -> io::Result<()> {
        self.finish()
    }
}

/// The warnings about images that could not be read, one per line. The cache stores them, because a resumed
/// run does not read the files again.
pub(crate) fn warnings(report: &Report) -> String {
    let mut lines = String::new();
    for (why, files) in report.exclusions() {
        if let Exclusion::Unsupported(_) = why {
            let (n, s) = (files.len(), if files.len() == 1 { "" } else { "s" });
            let advice = how_to_convert(files[0]);
            lines.push_str(&format!("warning: skipped {n} {why}{s}: cannot be read; {advice}\n"));
        }
    }
    let skipped = &report.skipped;
    for Skipped { path, reason } in skipped.iter().take(NAMED) {
        lines.push_str(&format!("warning: skipped {}: {reason}\n", shown(path)));
    }
    let more = skipped.len().saturating_sub(NAMED);
    if more > 0 {
        lines.push_str(&format!(
            "warning: skipped {more} more; `dcgan data` with this dataset and --list names all of them\n"
        ));
    }
    lines
}
