//! What to know about a set before training on it for a night.

mod findings;
mod frames;
mod histogram;

use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

pub use self::findings::{Duplicate, Findings, Misnamed, Paged, Small};
pub use self::histogram::Histogram;

use self::frames::{is_animated, pages};
use crate::formats::image_format::from_extension;
use crate::{DataError, ImageFile, Progress, Report, Shape, Source, read};

/// An image is flat if the standard deviation of each channel, in steps of a byte, is below this: an
/// empty page or a lens cap carries no training signal, whatever noise is on it.
const FLAT: f64 = 3.0;

/// The result of [`examine`].
#[derive(Clone, Debug)]
pub struct Examination {
    /// The number of usable images.
    pub images: usize,
    /// The shape that training would give them.
    pub shape: Shape,
    /// What became of every file.
    pub report: Report,
    /// Problems of the usable images.
    pub findings: Findings,
    /// The distribution of levels, by channel.
    pub channels: Vec<Histogram>,
}

impl Examination {
    /// The file of the image with this index; `None` if one file holds all images.
    pub fn file(&self, image: usize) -> Option<&Path> {
        self.report.files.get(image).map(ImageFile::path)
    }
}

/// Reads all images as training would, and examines each of them. Keeps none: it needs memory for one
/// block of images and a few hundred bytes for each image.
///
/// # Errors
/// If no image can be read.
pub fn examine(
    source: &Source,
    shape: Shape,
    progress: Progress,
) -> Result<Examination, DataError> {
    let mut pixels = PixelStats::new(shape);
    let report = read(source, shape, progress, &mut |bytes: &[u8]| {
        pixels.add(bytes);
        Ok(())
    })?;
    let PixelStats { images, channels, flat, duplicates, .. } = pixels;
    let findings = Findings {
        duplicates,
        flat,
        small: small(images, shape, &report),
        animated: animated(&report),
        paged: paged(&report),
        misnamed: misnamed(&report),
    };
    Ok(Examination { images, shape, report, findings, channels })
}

/// What the pixels of the images so far have shown.
struct PixelStats {
    shape: Shape,
    images: usize,
    channels: Vec<Histogram>,
    flat: Vec<usize>,
    /// The first image of each content.
    first: HashMap<[u8; 32], usize>,
    duplicates: Vec<Duplicate>,
}

impl PixelStats {
    fn new(shape: Shape) -> Self {
        Self {
            shape,
            images: 0,
            channels: vec![Histogram::new(); shape.channels],
            flat: Vec::new(),
            first: HashMap::new(),
            duplicates: Vec::new(),
        }
    }

    /// Adds the next images.
    fn add(&mut self, bytes: &[u8]) {
        self.add_levels(bytes);
        let contents: Vec<[u8; 32]> =
            bytes.par_chunks_exact(self.shape.len()).map(|p| Sha256::digest(p).into()).collect();
        for (content, image) in contents.into_iter().zip(self.images..) {
            let of = *self.first.entry(content).or_insert(image);
            if of != image {
                self.duplicates.push(Duplicate { image, of });
            }
        }
        self.images += bytes.len() / self.shape.len();
    }

    /// Adds the images to the histograms, and the flat ones to `flat`.
    fn add_levels(&mut self, bytes: &[u8]) {
        let (channels, before) = (self.shape.channels, self.images);
        let none = || (vec![Histogram::new(); channels], Vec::new());
        let each = bytes.par_chunks_exact(self.shape.len()).enumerate();
        let (all, flat) = each
            .fold(none, |(all, mut flat), (i, image)| {
                let own = Histogram::from_channels(image, channels);
                if own.iter().all(|channel| channel.deviation() < FLAT) {
                    flat.push(before + i);
                }
                (merged(&all, &own), flat)
            })
            .reduce(none, |(all, flat), (more, flatter)| {
                (merged(&all, &more), [flat, flatter].concat())
            });
        self.channels = merged(&self.channels, &all);
        self.flat.extend(flat);
    }
}

fn merged(all: &[Histogram], more: &[Histogram]) -> Vec<Histogram> {
    all.iter().zip(more).map(|(all, more)| all.clone().merged(more)).collect()
}

fn small(images: usize, shape: Shape, report: &Report) -> Vec<Small> {
    // Images that share one file are all of one size.
    let common = report.sizes.keys().next().copied().unwrap_or_default();
    let size = |image: usize| report.files.get(image).map_or(common, |file| file.size);
    (0..images)
        .map(|image| Small { image, size: size(image) })
        .filter(|Small { size: (width, height), .. }| *width.min(height) < shape.side)
        .collect()
}

fn animated(report: &Report) -> Vec<usize> {
    let files = report.files.par_iter().enumerate();
    files.filter(|(_, file)| is_animated(&file.file, file.format)).map(|(i, _)| i).collect()
}

fn paged(report: &Report) -> Vec<Paged> {
    let files = report.files.par_iter().enumerate();
    files
        .map(|(image, file)| Paged { image, pages: pages(&file.file, file.format) })
        .filter(|paged| paged.pages > 1)
        .collect()
}

fn misnamed(report: &Report) -> Vec<Misnamed> {
    let files = report.files.iter().enumerate();
    files
        .filter_map(|(image, file)| {
            let claimed = from_extension(file.path())?;
            let content = file.format;
            (claimed != content).then_some(Misnamed { image, claimed, content })
        })
        .collect()
}
