use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::animation::is_animated;
use crate::format::claimed;
use crate::{
    DataError, Duplicate, Findings, Histogram, Misnamed, Progress, Report, Shape, Small, Source,
    read,
};

/// A picture whose channels all deviate less than this from their mean, in steps of a byte, shows
/// nothing to be learnt: an empty page, a lens cap, whatever noise there is on it.
const FLAT: f64 = 3.0;

/// What there is to know about a set before a night is spent on it.
#[derive(Clone, Debug)]
pub struct Examination {
    /// Pictures of use.
    pub pictures: usize,
    /// What training would make of each.
    pub shape: Shape,
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

/// Reads all pictures as training would, and looks at each of them. Keeps none: the memory that it
/// takes is a few hundred bytes a picture, and the block that it looks at.
///
/// # Errors
/// If not one picture can be read.
pub fn examine(
    source: &Source,
    shape: Shape,
    progress: Progress,
) -> Result<Examination, DataError> {
    let mut seen = Seen::new(shape);
    let report = read(source, shape, progress, &mut |bytes| {
        seen.look(bytes);
        Ok(())
    })?;
    let Seen { pictures, channels, flat, duplicates, .. } = seen;
    let findings = Findings {
        duplicates,
        flat,
        small: small(pictures, shape, &report),
        animated: animated(&report),
        misnamed: misnamed(&report),
    };
    Ok(Examination { pictures, shape, report, findings, channels })
}

/// What was seen of the pixels so far.
struct Seen {
    shape: Shape,
    pictures: usize,
    channels: Vec<Histogram>,
    flat: Vec<usize>,
    /// The first picture of each content.
    first: HashMap<[u8; 32], usize>,
    duplicates: Vec<Duplicate>,
}

impl Seen {
    fn new(shape: Shape) -> Self {
        Self {
            shape,
            pictures: 0,
            channels: vec![Histogram::new(); shape.channels],
            flat: Vec::new(),
            first: HashMap::new(),
            duplicates: Vec::new(),
        }
    }

    /// The next pictures.
    fn look(&mut self, bytes: &[u8]) {
        self.brightness(bytes);
        let contents: Vec<[u8; 32]> =
            bytes.par_chunks_exact(self.shape.len()).map(|p| Sha256::digest(p).into()).collect();
        for (content, picture) in contents.into_iter().zip(self.pictures..) {
            let of = *self.first.entry(content).or_insert(picture);
            if of != picture {
                self.duplicates.push(Duplicate { picture, of });
            }
        }
        self.pictures += bytes.len() / self.shape.len();
    }

    /// Adds to the histograms of all pictures together, and to those that are of nearly one colour.
    fn brightness(&mut self, bytes: &[u8]) {
        let (channels, before) = (self.shape.channels, self.pictures);
        let none = || (vec![Histogram::new(); channels], Vec::new());
        let each = bytes.par_chunks_exact(self.shape.len()).enumerate();
        let (all, flat) = each
            .fold(none, |(all, mut flat), (i, picture)| {
                let own = Histogram::of_channels(picture, channels);
                if own.iter().all(|channel| channel.deviation() < FLAT) {
                    flat.push(before + i);
                }
                (joined(&all, &own), flat)
            })
            .reduce(none, |(all, flat), (more, flatter)| {
                (joined(&all, &more), [flat, flatter].concat())
            });
        self.channels = joined(&self.channels, &all);
        self.flat.extend(flat);
    }
}

fn joined(all: &[Histogram], more: &[Histogram]) -> Vec<Histogram> {
    all.iter().zip(more).map(|(all, more)| all.clone().merged(more)).collect()
}

fn small(pictures: usize, shape: Shape, report: &Report) -> Vec<Small> {
    // Pictures that have no files of their own are all of one size.
    let common = report.sizes.keys().next().copied().unwrap_or_default();
    let size = |picture: usize| report.files.get(picture).map_or(common, |file| file.size);
    (0..pictures)
        .map(|picture| Small { picture, size: size(picture) })
        .filter(|Small { size: (width, height), .. }| *width.min(height) < shape.side)
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
