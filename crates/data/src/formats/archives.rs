//! Archives of images: zip, tar, and files of many images without a name. Nothing is extracted under a
//! name. The files in an archive take part in all that happens to those in a folder, in the same order.

pub(crate) mod cifar;
pub(crate) mod inflating;
mod kind;
mod limits;
mod listed;
pub(crate) mod member;
#[cfg(feature = "parquet")]
mod parquet;
pub(crate) mod section;
mod tar;
mod unpacked;
mod zip;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use self::kind::{Content, Kind, is_test_part, may_be_archive};
use self::limits::{DEPTH, Limits};
use self::listed::Listed;
use self::section::Section;
use super::entry::{Entry, within};
use super::image_folder::content;
use super::image_folder::listing::Listing;
use crate::source_hash::{add_file, add_single_file};
use crate::{DataError, Excluded, Exclusion, Skipped};

/// One archive, or all those in a folder without images.
#[derive(Clone, Debug)]
pub struct Archives {
    /// The archive or the folder.
    pub(crate) path: PathBuf,
    /// The archives.
    pub(crate) files: Vec<PathBuf>,
    /// What is in them.
    pub(crate) listing: Listing,
}

/// Whether both are at one path.
impl PartialEq for Archives {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for Archives {}

impl Archives {
    /// What is at `path`, unless that is something else: another file, or a folder with images.
    pub(crate) fn at(path: &Path) -> Result<Option<Self>, DataError> {
        let mut found = Listing::new(path);
        let files = std::mem::take(&mut found.files);
        let is_file = files.first().is_some_and(|file| file.path() == path);
        let mut archives = Self { path: path.to_owned(), files: Vec::new(), listing: found };
        let Some(kinds) = kinds(&files, is_file) else { return Ok(None) };
        let level = Level { files, kinds };
        level.expand(&mut archives.listing, |archive, kind, listing| {
            archives.files.push(archive.path().to_owned());
            let size = archive.len();
            open(archive, kind, 1, &mut Limits::new(size), listing)
        })?;
        Ok(Some(archives))
    }
}

impl Archives {
    /// Feeds `hash` with what changes when an archive does.
    pub(crate) fn hash(&self, hash: &mut Sha256) -> Result<(), DataError> {
        if self.files.first() == Some(&self.path) {
            return add_single_file(hash, &self.path);
        }
        hash.update(b"archives");
        self.files.iter().for_each(|file| add_file(hash, &self.path, file));
        Ok(())
    }
}

/// The files in a folder or an archive, and what those that are archives are.
struct Level {
    files: Vec<Entry>,
    kinds: Vec<Option<Kind>>,
}

/// The kinds of the archives among the files; `None` if there is none, or if there are images beside
/// them. `any_name` if a file may be an archive whatever it is called.
fn kinds(files: &[Entry], any_name: bool) -> Option<Vec<Option<Kind>>> {
    // A file that cannot be opened is for the decoder to report.
    let kind = |file: &Entry| match any_name || may_be_archive(file.path()) {
        true => Kind::of(file).ok().flatten(),
        false => None,
    };
    let kinds: Vec<Option<Kind>> = files.iter().map(kind).collect();
    let is_image = |(file, kind): (&Entry, &Option<Kind>)| {
        kind.is_none() && content::exclusion(file).is_none()
    };
    let has_archive = kinds.iter().any(Option::is_some);
    (has_archive && !files.iter().zip(&kinds).any(is_image)).then_some(kinds)
}

impl Level {
    /// Adds the files to the listing, and instead of each archive what `open` adds.
    fn expand(
        self,
        listing: &mut Listing,
        mut open: impl FnMut(&Entry, Kind, &mut Listing) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let is_cifar = |kind: Option<Kind>| matches!(kind, Some(Kind::Cifar(_)));
        let is_test = |file: &Entry, kind| is_cifar(kind) && is_test_part(file.path());
        let mut pairs = self.files.iter().zip(self.kinds.iter().copied());
        let trains = pairs.any(|(file, kind)| is_cifar(kind) && !is_test(file, kind));
        for (file, kind) in self.files.into_iter().zip(self.kinds) {
            match kind {
                Some(_) if trains && is_test(&file, kind) => {
                    let (path, why) = (file.into_path(), Exclusion::TestPart);
                    listing.excluded.push(Excluded { path, why });
                }
                Some(kind) => open(&file, kind, listing)?,
                None => listing.files.push(file),
            }
        }
        Ok(())
    }
}

/// Adds the files in an archive to the listing.
fn open(
    archive: &Entry,
    kind: Kind,
    depth: usize,
    limits: &mut Limits,
    listing: &mut Listing,
) -> Result<(), DataError> {
    let path = archive.path();
    let invalid = |why: String| DataError::invalid(path, why);
    let data = archive.section(limits).map_err(invalid)?;
    let files = match kind.read(&data, limits).map_err(invalid)? {
        Content::Files(files) => entries(path, files, listing),
        Content::Images(images) => {
            let image = |(name, image): (String, _)| Entry::in_archive(path, &name, image);
            listing.files.extend(images.into_iter().map(image));
            return Ok(());
        }
    };
    match kinds(&files, false) {
        Some(_) if depth == DEPTH => Err(invalid(format!(
            "holds archives in archives, {DEPTH} deep; unpack it and pass the folder"
        ))),
        Some(kinds) => Level { files, kinds }.expand(listing, |archive, kind, listing| {
            open(archive, kind, depth + 1, limits, listing)
        }),
        None => {
            listing.files.extend(files);
            Ok(())
        }
    }
}

/// Those that may be data, in order. The others are added to the listing.
fn entries(archive: &Path, mut files: Vec<Listed>, listing: &mut Listing) -> Vec<Entry> {
    listed::sort(&mut files);
    let mut entries = Vec::with_capacity(files.len());
    for file in files {
        if let Some((part, why)) = file.excluded_part() {
            let excluded = Excluded { path: within(archive, &part), why };
            // The files of a folder follow each other.
            if listing.excluded.last() != Some(&excluded) {
                listing.excluded.push(excluded);
            }
            continue;
        }
        let (name, may_be_data) = (file.name(), file.may_be_data());
        match file.content {
            Ok(member) => entries.push(Entry::in_archive(archive, &name, member)),
            Err(reason) if may_be_data => {
                listing.skipped.push(Skipped { path: within(archive, &name), reason });
            }
            Err(_) => {
                let path = within(archive, &name);
                listing.excluded.push(Excluded { path, why: Exclusion::NotAnImage });
            }
        }
    }
    entries
}

impl Entry {
    /// Its bytes as a part of a file.
    fn section(&self, limits: &mut Limits) -> Result<Section, String> {
        match self.member() {
            Some(member) => unpacked::of_member(member, limits),
            None => Section::at(self.path()).map_err(|error| format!("cannot be read: {error}")),
        }
    }
}
