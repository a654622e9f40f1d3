use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::decode::Unusable;
use super::in_flight::decode_all;
use super::listing::Listing;
use super::{ImageFiles, add_unused, no_images, side_and_grey, unless_excluded};
use crate::formats::entry::Entry;
use crate::sample::Sample;
use crate::{DataError, Images, Progress, Report, Shape, sample_indices};

/// As [`crate::sample()`] says.
pub(super) fn sample(
    set: &ImageFiles,
    shape: Shape,
    count: usize,
    progress: Progress,
) -> Result<Sample, DataError> {
    let Listing { files, excluded, skipped } = set.list();
    let mut report = Report { skipped, excluded, ..Report::default() };
    let has_header = |file: &Entry| -> Result<(), Unusable> { side_and_grey(file).map(drop) };
    let headers: Vec<_> =
        files.par_iter().map(|file| unless_excluded(file, || has_header(file))).collect();
    let mut usable = Vec::new();
    for (file, header) in files.into_iter().zip(headers) {
        match header {
            Ok(()) => usable.push(file),
            Err(why) => add_unused(&mut report, file, why),
        }
    }
    let total = usable.len();
    let wanted: Vec<usize> = sample_indices(total, count).collect();
    let chosen: Vec<Entry> = wanted.iter().map(|&i| usable[i].clone()).collect();
    let (mut bytes, read) = (vec![0; chosen.len() * shape.len()], AtomicUsize::new(0));
    let done = || progress(read.fetch_add(1, Ordering::Relaxed) + 1, wanted.len());
    let without_limit = &mut |_: &[u8]| Ok(());
    let outcomes = decode_all(&chosen, shape, &mut bytes, without_limit, &done);

    // The gaps left by damaged files are closed, as in a reading of all.
    let (mut indices, mut files): (Vec<usize>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    let outcomes = outcomes.map_err(DataError::Store)?;
    for (at, (file, outcome)) in chosen.into_iter().zip(outcomes).enumerate() {
        match outcome {
            Ok(_) => {
                let image = at * shape.len()..(at + 1) * shape.len();
                bytes.copy_within(image, indices.len() * shape.len());
                indices.push(wanted[at]);
                files.push(file.into_path());
            }
            Err(why) => add_unused(&mut report, file, why),
        }
    }
    if files.is_empty() {
        return Err(no_images(set.path(), report));
    }
    bytes.truncate(files.len() * shape.len());
    Ok(Sample { images: Images::new(shape, bytes), indices, files, total })
}
