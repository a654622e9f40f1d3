//! The report on a dataset as one JSON object.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use dcgan_data::{Classes, Examination, Exclusion, Histogram, Source};
use serde::Serialize;

use super::problems::{Image, Item, Kind};
use crate::console::print_json;

/// The whole report. Paths are as they are, except that bytes that are not UTF-8 become U+FFFD.
#[derive(Serialize)]
struct Object<'a> {
    source: String,
    /// Usable images.
    images: usize,
    /// By format.
    formats: &'a BTreeMap<&'static str, usize>,
    sizes: Vec<Size>,
    /// Images by the folder they are in, where folders divide the set.
    classes: BTreeMap<String, usize>,
    training: Training,
    channels: Vec<Channel<'a>>,
    /// Files and folders that are not data, by the reason.
    skipped: BTreeMap<&'static str, Vec<Cow<'a, str>>>,
    problems: Vec<Problem<'a>>,
}

/// Images of one size, in pixels.
#[derive(Serialize)]
struct Size {
    width: usize,
    height: usize,
    images: usize,
}

/// The shape of the images in training.
#[derive(Serialize)]
struct Training {
    image_size: usize,
    channels: usize,
}

#[derive(Serialize)]
struct Channel<'a> {
    mean: f64,
    standard_deviation: f64,
    /// Pixels at each level, 0 to 255.
    levels: &'a [u64],
}

#[derive(Serialize)]
struct Problem<'a> {
    kind: &'static str,
    warning: bool,
    text: &'a str,
    images: Vec<Problematic<'a>>,
}

#[derive(Serialize)]
struct Problematic<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<Cow<'a, str>>,
    /// In an array.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

/// Prints the report.
pub(super) fn print_report(
    source: &Source,
    examination: &Examination,
    problems: &[Kind],
) -> Result<()> {
    let Examination { images, shape, report, channels, .. } = examination;
    let size =
        |(&(width, height), &images): (&(usize, usize), &usize)| Size { width, height, images };
    print_json(&Object {
        source: source.to_string(),
        images: *images,
        formats: &report.formats,
        sizes: report.sizes.iter().map(size).collect(),
        classes: Classes::of(report).map(by_name).unwrap_or_default(),
        training: Training { image_size: shape.side, channels: shape.channels },
        channels: channels.iter().map(channel).collect(),
        skipped: skipped(report.exclusions()),
        problems: problems.iter().map(problem).collect(),
    })
}

fn by_name(classes: Classes) -> BTreeMap<String, usize> {
    let counts = classes.counts();
    classes.names.into_iter().zip(counts).collect()
}

fn channel(histogram: &Histogram) -> Channel<'_> {
    Channel {
        mean: histogram.mean(),
        standard_deviation: histogram.deviation(),
        levels: histogram.counts(),
    }
}

/// Every reason is there, with or without files.
fn skipped(
    exclusions: BTreeMap<Exclusion, Vec<&Path>>,
) -> BTreeMap<&'static str, Vec<Cow<'_, str>>> {
    let names = ["runs", "outputs", "hidden", "system_folders", "unsupported", "not_images"];
    let mut skipped: BTreeMap<_, _> = names.map(|name| (name, Vec::new())).into();
    for (why, files) in exclusions {
        let name = match why {
            Exclusion::Run => "runs",
            Exclusion::Output => "outputs",
            Exclusion::HiddenFolder | Exclusion::HiddenFile => "hidden",
            Exclusion::SystemFolder => "system_folders",
            Exclusion::Unsupported(_) => "unsupported",
            _ => "not_images",
        };
        skipped.entry(name).or_default().extend(files.iter().map(|file| file.to_string_lossy()));
    }
    skipped
}

fn problem(kind: &Kind) -> Problem<'_> {
    Problem {
        kind: kind.name,
        warning: kind.warns,
        text: &kind.text,
        images: kind.items.iter().map(problematic).collect(),
    }
}

fn problematic(item: &Item) -> Problematic<'_> {
    let (file, index) = match &item.image {
        Image::File(path) => (Some(path.to_string_lossy()), None),
        Image::Index(i) => (None, Some(*i)),
    };
    Problematic { file, index, detail: item.detail.as_deref() }
}
