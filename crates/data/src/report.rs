use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::formats::entry::Entry;
use crate::{Excluded, Exclusion};

/// What [`crate::survey`] found without decoding a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Files or array rows that look like images.
    pub images: usize,
    /// 1 if all of them are grey, else 3.
    pub channels: usize,
    /// The median of their shorter sides, in pixels.
    pub side: usize,
}

impl Survey {
    /// The side to train on unless the user chooses one: 64 pixels, or the next power of two at or
    /// above [`side`](Self::side) if the images are smaller; at least 16.
    pub fn default_image_size(&self) -> usize {
        self.side.next_power_of_two().clamp(16, 64)
    }
}

/// What became of every file that [`crate::read`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Images read, by format (`PNG`, `JPEG`, …).
    pub formats: BTreeMap<&'static str, usize>,
    /// Images read, by (width, height) as stored, in pixels.
    pub sizes: BTreeMap<(usize, usize), usize>,
    /// The file of each image, in the order of the images; empty if one file holds them all.
    pub files: Vec<ImageFile>,
    /// Files and folders that are not data, sorted by path.
    pub excluded: Vec<Excluded>,
    /// Image files that could not be read, sorted by path.
    pub skipped: Vec<Skipped>,
}

/// A file that holds one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFile {
    pub(crate) file: Entry,
    /// Its format, judged by content: `PNG`, `JPEG`, …
    pub format: &'static str,
    /// (width, height) as stored, in pixels.
    pub size: (usize, usize),
}

impl ImageFile {
    /// Its path; in an archive, that of the archive, a colon, and its name there.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

/// An image file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Its path.
    pub path: PathBuf,
    /// The reason, in one line.
    pub reason: String,
}

impl Report {
    /// The paths of [`excluded`](Self::excluded), by the reason.
    pub fn exclusions(&self) -> BTreeMap<Exclusion, Vec<&Path>> {
        let mut groups: BTreeMap<Exclusion, Vec<&Path>> = BTreeMap::new();
        for Excluded { path, why } in &self.excluded {
            groups.entry(*why).or_default().push(path);
        }
        groups
    }

    pub(crate) fn sort(&mut self) {
        self.excluded.sort();
        self.skipped.sort();
    }

    /// For `count` images of one format and size.
    pub(crate) fn uniform(format: &'static str, size: (usize, usize), count: usize) -> Self {
        Self {
            formats: BTreeMap::from([(format, count)]),
            sizes: BTreeMap::from([(size, count)]),
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, file: ImageFile) {
        *self.formats.entry(file.format).or_default() += 1;
        *self.sizes.entry(file.size).or_default() += 1;
        self.files.push(file);
    }
}
