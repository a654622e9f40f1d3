use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;

use crate::animation::is_animated;
use crate::format::claimed;
use crate::{
    DataError, Duplicate, Findings, Histogram, Misnamed, Pictures, Progress, Report, Shape, Small,
    Source, load,
};

/// A picture whose channels all deviate less than this from their mean, in steps of a byte, shows
/// nothing to be learnt: an empty page, a lens cap, whatever noise there is on it.
const FLAT: f64 = 3.0;

/// What there is to know about a set before a night is spent on it.
#[derive(Clone, Debug)]
pub struct Examination {
    /// As training would see them.
    pub pictures: Pictures,
    /// What became of every file.
    pub report: Report,
    /// What is odd about those that training would use.
    pub findings: Findings,
    /// How bright the pictures are, channel by channel.
    pub channels: Vec<Histogram>,
}

impl Examination {
    /// The file of a picture; none if all pictures lie in one.
    pub fn file(&self, picture: usize) -> Option<&Path> {
        self.report.files.get(picture).map(|file| file.path.as_path())
    }
}

/// Loads all pictures as training would, and looks at each of them.
///
/// # Errors
/// If not one picture can be read.
pub fn examine(
    source: &Source,
    shape: Shape,
    progress: Progress,
) -> Result<Examination, DataError> {
    let (pictures, report) = load(source, shape, progress)?;
    let (channels, flat) = brightness(&pictures);
    let findings = Findings {
        duplicates: duplicates(&pictures),
        flat,
        small: small(&pictures, &report),
        animated: animated(&report),
        misnamed: misnamed(&report),
    };
    Ok(Examination { pictures, report, findings, channels })
}

/// The histograms of all pictures together, and which of them are of nearly one colour.
fn brightness(pictures: &Pictures) -> (Vec<Histogram>, Vec<usize>) {
    let shape = pictures.shape();
    let none = || (vec![Histogram::new(); shape.channels], Vec::new());
    let joined = |all: Vec<Histogram>, more: &[Histogram]| -> Vec<Histogram> {
        all.into_iter().zip(more).map(|(all, more)| all.merged(more)).collect()
    };
    let each = pictures.as_bytes().par_chunks_exact(shape.len()).enumerate();
    each.fold(none, |(all, mut flat), (i, picture)| {
        let own = Histogram::of_channels(picture, shape.channels);
        if own.iter().all(|channel| channel.deviation() < FLAT) {
            flat.push(i);
        }
        (joined(all, &own), flat)
    })
    .reduce(none, |(all, flat), (more, flatter)| (joined(all, &more), [flat, flatter].concat()))
}

fn duplicates(pictures: &Pictures) -> Vec<Duplicate> {
    let mut first = HashMap::new();
    let of = |picture| {
        let of = *first.entry(pictures.get(picture)).or_insert(picture);
        (of != picture).then_some(Duplicate { picture, of })
    };
    (0..pictures.len()).filter_map(of).collect()
}

fn small(pictures: &Pictures, report: &Report) -> Vec<Small> {
    // Pictures that have no files of their own are all of one size.
    let common = report.sizes.keys().next().copied().unwrap_or_default();
    let size = |picture: usize| report.files.get(picture).map_or(common, |file| file.size);
    (0..pictures.len())
        .map(|picture| Small { picture, size: size(picture) })
        .filter(|Small { size: (width, height), .. }| *width.min(height) < pictures.shape().side)
        .collect()
}

fn animated(report: &Report) -> Vec<usize> {
    let files = report.files.par_iter().enumerate();
    files.filter(|(_, file)| is_animated(&file.path, file.format)).map(|(i, _)| i).collect()
}

fn misnamed(report: &Report) -> Vec<Misnamed> {
    let files = report.files.iter().enumerate();
    files
        .filter_map(|(picture, file)| {
            let claimed = claimed(&file.path)?;
            let content = file.format;
            (claimed != content).then_some(Misnamed { picture, claimed, content })
        })
        .collect()
}
