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
    /// The file of each picture, in the order of the pictures; none if all of them lie in one.
    pub files: Vec<PictureFile>,
    /// Files that do not claim to be pictures: notes, hidden files.
    pub not_pictures: usize,
    /// Files that do, and could not be read; sorted.
    pub skipped: Vec<Skipped>,
}

/// A file that is one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it is by its content: `PNG`, `JPEG`, …
    pub format: &'static str,
    /// (width, height) as stored, in pixels.
    pub size: (usize, usize),
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

    pub(crate) fn count(&mut self, file: PictureFile) {
        *self.formats.entry(file.format).or_default() += 1;
        *self.sizes.entry(file.size).or_default() += 1;
        self.files.push(file);
    }
}
