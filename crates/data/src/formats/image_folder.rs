//! Image files: in a folder, in archives, or one.

pub(crate) mod content;
mod decode;
mod in_flight;
mod jpeg;
pub(crate) mod listing;
mod orientation;
mod sample;
pub(crate) mod tiff;
mod webp;

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use self::decode::{Picture, Unusable};
use self::in_flight::decode_all;
use self::listing::Listing;
use super::Format;
use super::archives::Archives;
use super::containers::advice;
use super::entry::Entry;
use super::image_format;
use super::unsupported::how_to_convert;
use crate::source_hash::add_file;
use crate::{
    DataError, Excluded, Exclusion, ImageFile, Images, Progress, Report, Sample, Shape, Sink,
    Skipped, Survey, shown,
};

pub(crate) fn recognises(head: &[u8]) -> bool {
    image_format::from_content(head).is_some()
}

/// Where image files are.
pub(crate) enum ImageFiles<'a> {
    /// In a folder; or the file at this path.
    Folder(&'a Path),
    Archives(&'a Archives),
}

impl ImageFiles<'_> {
    fn path(&self) -> &Path {
        match self {
            Self::Folder(path) => path,
            Self::Archives(archives) => &archives.path,
        }
    }

    fn list(&self) -> Listing {
        match self {
            Self::Folder(path) => Listing::new(path),
            Self::Archives(archives) => archives.listing.clone(),
        }
    }
}

/// Why a file contributes no image.
enum Unused {
    Excluded(Exclusion),
    Broken(String),
}

impl From<Unusable> for Unused {
    fn from(why: Unusable) -> Self {
        match why {
            Unusable::NotAnImage => Self::Excluded(Exclusion::NotAnImage),
            Unusable::Broken(reason) => Self::Broken(reason),
        }
    }
}

/// The result of `decode`, unless the content of the file shows that it is not data.
fn unless_excluded<T>(
    file: &Entry,
    decode: impl FnOnce() -> Result<T, Unusable>,
) -> Result<T, Unused> {
    match content::exclusion(file) {
        Some(why) => Err(Unused::Excluded(why)),
        None => Ok(decode()?),
    }
}

impl fmt::Display for ImageFiles<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        shown(self.path()).fmt(f)
    }
}

impl Format for ImageFiles<'_> {
    fn survey(&self) -> Result<Survey, DataError> {
        let Listing { files, excluded, skipped } = self.list();
        let header = |file: &Entry| unless_excluded(file, || side_and_grey(file));
        let headers: Vec<Result<(usize, bool), Unused>> = files.par_iter().map(header).collect();
        let mut sides: Vec<usize> = headers.iter().flatten().map(|(side, _)| *side).collect();
        if sides.is_empty() {
            let mut report = Report { skipped, excluded, ..Report::default() };
            for (file, why) in files.into_iter().zip(headers.into_iter().filter_map(Result::err)) {
                add_unused(&mut report, file, why);
            }
            return Err(no_images(self.path(), report));
        }
        sides.sort_unstable();
        Ok(Survey {
            images: sides.len(),
            channels: if headers.iter().flatten().all(|(_, grey)| *grey) { 1 } else { 3 },
            side: sides[sides.len() / 2],
        })
    }

    fn read(&self, shape: Shape, progress: Progress, sink: Sink) -> Result<Report, DataError> {
        let Listing { files, excluded, skipped } = self.list();
        let mut report = Report { skipped, excluded, ..Report::default() };
        let total = files.len();
        let (mut bytes, done) = (Vec::new(), AtomicUsize::new(0));
        for block in files.chunks(shape.images_per_block()) {
            bytes.resize(block.len() * shape.len(), 0);
            let done = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            let outcomes = decode_all(block, shape, &mut bytes, sink, &done);
            let outcomes = outcomes.map_err(DataError::Store)?;

            // Each file has its own place in `bytes`, so that threads need no coordination; the gaps
            // left by files that are not images are closed here.
            let mut kept = 0;
            for (i, (file, outcome)) in block.iter().cloned().zip(outcomes).enumerate() {
                match outcome {
                    Ok((format, size)) => {
                        let image = i * shape.len()..(i + 1) * shape.len();
                        bytes.copy_within(image, kept * shape.len());
                        kept += 1;
                        report.add(ImageFile { file, format, size });
                    }
                    Err(why) => add_unused(&mut report, file, why),
                }
            }
            sink.take(&bytes[..kept * shape.len()]).map_err(DataError::Store)?;
        }
        report.sort();
        if report.files.is_empty() {
            return Err(no_images(self.path(), report));
        }
        Ok(report)
    }

    fn hash(&self, hash: &mut Sha256) -> Result<(), DataError> {
        let root = match self {
            Self::Folder(root) => root,
            Self::Archives(archives) => return archives.hash(hash),
        };
        hash.update(b"folder");
        let files = Listing::new(root).files;
        let outputs: Vec<bool> = files.par_iter().map(content::is_output).collect();
        for (file, _) in files.iter().zip(outputs).filter(|(_, output)| !output) {
            add_file(hash, root, file.path());
        }
        Ok(())
    }

    fn sample(&self, shape: Shape, count: usize, progress: Progress) -> Result<Sample, DataError> {
        sample::sample(self, shape, count, progress)
    }

    /// Opens only the files of these images.
    fn subset(
        &self,
        report: &Report,
        shape: Shape,
        indices: &[usize],
    ) -> Result<Images, DataError> {
        let mut bytes = vec![0; indices.len() * shape.len()];
        let files: Vec<Entry> = indices.iter().map(|&i| report.files[i].file.clone()).collect();
        let without_limit = &mut |_: &[u8]| Ok(());
        let outcomes = decode_all(&files, shape, &mut bytes, without_limit, &|| ());
        for (file, outcome) in files.iter().zip(outcomes.map_err(DataError::Store)?) {
            outcome.map_err(|why| {
                let why = match why {
                    Unused::Broken(reason) => reason,
                    Unused::Excluded(_) => "is no longer an image".to_owned(),
                };
                DataError::invalid(file.path(), format!("could be read a moment ago: {why}"))
            })?;
        }
        Ok(Images::new(shape, bytes))
    }
}

/// The shorter side of an image and whether it is grey.
fn side_and_grey(file: &Entry) -> Result<(usize, bool), Unusable> {
    let picture = Picture::open(file, file.open_head()?)?;
    Ok((picture.size.0.min(picture.size.1), picture.grey))
}

/// Records in the report why a file is not used.
fn add_unused(report: &mut Report, file: Entry, why: Unused) {
    let path = file.into_path();
    match why {
        Unused::Excluded(why) => report.excluded.push(Excluded { path, why }),
        Unused::Broken(reason) => report.skipped.push(Skipped { path, reason }),
    }
}

fn no_images(folder: &Path, mut report: Report) -> DataError {
    report.sort();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let broken = report.skipped.first().map(|first| {
        let n = report.skipped.len();
        let (path, reason) = (shown(&first.path), &first.reason);
        format!("{n} unreadable file{} ({path}: {reason})", plural(n))
    });
    let others = report.exclusions().into_iter().map(|(why, files)| {
        let (n, first) = (files.len(), files[0]);
        match why {
            Exclusion::Unsupported(_) => {
                format!("{n} {why}{} ({})", plural(n), how_to_convert(first))
            }
            Exclusion::Container(name) => format!("{n} {why}{} ({})", plural(n), advice(name)),
            _ => format!("{n} {why}{}", plural(n)),
        }
    });
    let found: Vec<String> = broken.into_iter().chain(others).collect();
    DataError::NoImages {
        path: folder.to_owned(),
        found: if found.is_empty() { "nothing".to_owned() } else { found.join(" and ") },
        report: Box::new(report),
    }
}
