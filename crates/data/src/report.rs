use std::collections::BTreeMap;
use std::path::PathBuf;

/// What [`crate::survey`] found without decoding a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Files or rows that look like pictures.
    pub pictures: usize,
    /// 1 if all of them are grey, else 3.
    pub channels: usize,
    /// The median of their shorter sides, in pixels.
    pub side: usize,
}

/// What became of everything that [`crate::load`] met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Pictures read, by format (`PNG`, `JPEG`, …).
    pub formats: BTreeMap<&'static str, usize>,
    /// Pictures read, by (width, height) as stored, in pixels.
    pub sizes: BTreeMap<(usize, usize), usize>,
    /// Files that do not claim to be pictures: notes, hidden files.
    pub not_pictures: usize,
    /// Files that do, and could not be read.
    pub skipped: Vec<Skipped>,
}

/// A picture that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Which file.
    pub path: PathBuf,
    /// Why, in one line.
    pub reason: String,
}

impl Report {
    /// Of `count` pictures of one format and size.
    pub(crate) fn uniform(format: &'static str, size: (usize, usize), count: usize) -> Self {
        Self {
            formats: BTreeMap::from([(format, count)]),
            sizes: BTreeMap::from([(size, count)]),
            ..Self::default()
        }
    }

    pub(crate) fn count(&mut self, format: &'static str, size: (usize, usize)) {
        *self.formats.entry(format).or_default() += 1;
        *self.sizes.entry(size).or_default() += 1;
    }
}
