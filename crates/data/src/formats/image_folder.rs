//! A folder of image files, or one image file.

mod decode;
mod in_flight;
mod jpeg;
mod orientation;
pub(crate) mod tiff;
mod webp;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use self::decode::{Picture, Unusable};
use self::in_flight::decode_all;
use super::{Format, image_format};
use crate::source_hash::add_file;
use crate::{DataError, ImageFile, Images, Progress, Report, Shape, Sink, Skipped, Survey};

pub(crate) fn recognises(head: &[u8]) -> bool {
    image::guess_format(head).is_ok() || image_format::from_content(head).is_some()
}

pub(crate) struct ImageFolder<'a>(pub(crate) &'a Path);

/// The content of a folder and its subfolders.
struct Listing {
    /// All files in the order of their paths.
    files: Vec<PathBuf>,
    /// What could not even be listed.
    skipped: Vec<Skipped>,
}

impl Listing {
    fn new(folder: &Path) -> Self {
        let mut listing = Self { files: Vec::new(), skipped: Vec::new() };
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => listing.files.push(entry.into_path()),
                Ok(_) => {}
                Err(error) => listing.skipped.push(Skipped {
                    path: error.path().unwrap_or(folder).to_owned(),
                    reason: match (error.loop_ancestor(), error.io_error()) {
                        (Some(above), _) => format!("is a link back to {}", above.display()),
                        (None, Some(io)) => io.to_string(),
                        (None, None) => error.to_string(),
                    },
                }),
            }
        }
        listing
    }
}

impl fmt::Display for ImageFolder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

impl Format for ImageFolder<'_> {
    fn survey(&self) -> Result<Survey, DataError> {
        let Listing { files, skipped } = Listing::new(self.0);
        let headers: Vec<Result<(usize, bool), Unusable>> =
            files.par_iter().map(|path| side_and_grey(path)).collect();
        let mut sides: Vec<usize> = headers.iter().flatten().map(|(side, _)| *side).collect();
        if sides.is_empty() {
            let mut report = Report { skipped, ..Report::default() };
            for (path, why) in files.into_iter().zip(headers.into_iter().filter_map(Result::err)) {
                add_unusable(&mut report, path, why);
            }
            return Err(no_images(self.0, report));
        }
        sides.sort_unstable();
        Ok(Survey {
            images: sides.len(),
            channels: if headers.iter().flatten().all(|(_, grey)| *grey) { 1 } else { 3 },
            side: sides[sides.len() / 2],
        })
    }

    fn read(&self, shape: Shape, progress: Progress, sink: Sink) -> Result<Report, DataError> {
        let Listing { files, skipped } = Listing::new(self.0);
        let mut report = Report { skipped, ..Report::default() };
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
            for (i, (path, outcome)) in block.iter().cloned().zip(outcomes).enumerate() {
                match outcome {
                    Ok((format, size)) => {
                        let image = i * shape.len()..(i + 1) * shape.len();
                        bytes.copy_within(image, kept * shape.len());
                        kept += 1;
                        report.add(ImageFile { path, format, size });
                    }
                    Err(why) => add_unusable(&mut report, path, why),
                }
            }
            sink.take(&bytes[..kept * shape.len()]).map_err(DataError::Store)?;
        }
        report.skipped.sort();
        if report.files.is_empty() {
            return Err(no_images(self.0, report));
        }
        Ok(report)
    }

    fn hash(&self, hash: &mut Sha256) -> Result<(), DataError> {
        hash.update(b"folder");
        for file in Listing::new(self.0).files {
            let name = file.strip_prefix(self.0).unwrap_or(&file);
            add_file(hash, name, fs::metadata(&file).ok().as_ref());
        }
        Ok(())
    }

    /// Opens only the files of these images.
    fn subset(
        &self,
        report: &Report,
        shape: Shape,
        indices: &[usize],
    ) -> Result<Images, DataError> {
        let mut bytes = vec![0; indices.len() * shape.len()];
        let paths: Vec<&PathBuf> = indices.iter().map(|&i| &report.files[i].path).collect();
        let without_limit = &mut |_: &[u8]| Ok(());
        let outcomes = decode_all(&paths, shape, &mut bytes, without_limit, &|| ());
        for (path, outcome) in paths.into_iter().zip(outcomes.map_err(DataError::Store)?) {
            outcome.map_err(|why| {
                let why = match why {
                    Unusable::Broken(reason) => reason,
                    Unusable::NotAnImage => "is no longer an image".to_owned(),
                };
                DataError::invalid(path, format!("could be read a moment ago: {why}"))
            })?;
        }
        Ok(Images::new(shape, bytes))
    }
}

/// The shorter side of an image and whether it is grey.
fn side_and_grey(path: &Path) -> Result<(usize, bool), Unusable> {
    let picture = Picture::open(path)?;
    Ok((picture.size.0.min(picture.size.1), picture.grey))
}

/// Records in the report why a file is not used.
fn add_unusable(report: &mut Report, path: PathBuf, why: Unusable) {
    match why {
        Unusable::NotAnImage => report.not_images += 1,
        Unusable::Broken(reason) => report.skipped.push(Skipped { path, reason }),
    }
}

fn no_images(folder: &Path, mut report: Report) -> DataError {
    report.skipped.sort();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let broken = report.skipped.first().map(|first| {
        let n = report.skipped.len();
        let (path, reason) = (first.path.display(), &first.reason);
        format!("{n} unreadable file{} ({path}: {reason})", plural(n))
    });
    let n = report.not_images;
    let others = (n > 0).then(|| format!("{n} non-image file{}", plural(n)));
    let found: Vec<String> = broken.into_iter().chain(others).collect();
    DataError::NoImages {
        path: folder.to_owned(),
        found: if found.is_empty() { "nothing".to_owned() } else { found.join(" and ") },
        skipped: report.skipped,
    }
}
