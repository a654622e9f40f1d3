//! `dcgan data`: what a dataset looks like in training, and its problems.

mod brightness;
mod json;
mod problems;
mod skipped;

use std::path::PathBuf;

use anyhow::Result;
use dcgan_data::{
    Classes, DataError, Examination, Report, Shape, Source, examine, sample_indices, subset, survey,
};
use dcgan_gan::Config;
use dcgan_run::canvas::Canvas;
use dcgan_run::provenance::Illustration;
use dcgan_run::{RunError, sheet};

use crate::code::PROGRAM;
use crate::console::{count, print, thousands};
use crate::failure::{Ending, unusable, usage};
use crate::invocation::Invocation;
use crate::loading::Loading;
use crate::output::{Force, Outputs, STDOUT};
use crate::thread_pool::threads;
use crate::values::any;

/// The largest number of sizes that are listed.
const SIZES: usize = 5;

/// The largest number of classes that are listed.
const CLASSES: usize = 10;

const EXAMPLES: &str = "\
Exit code: 0 if there is no problem, 1 after a warning, 2 if no image can be used

Examples:
  dcgan data flowers
  dcgan data flowers --list --preview sheet.png
  dcgan data flowers --json > report.json";

/// `dcgan data`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder or archive of images, .npy array, IDX or CIFAR file [default: built-in synthetic cats]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// PNG to write, with 64 images as the networks see them
    #[arg(long, value_name = "SHEET.png")]
    preview: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    /// List every file that is skipped, and every file or image with a problem
    #[arg(long)]
    list: bool,
    /// Print the whole report as one JSON object, with all paths
    #[arg(long, conflicts_with = "list")]
    json: bool,
    /// Side of the images in pixels: 16, 32, 64, 128 or 256 [default: as in training]
    #[arg(long, value_name = "PIXELS", value_parser = any)]
    image_size: Option<usize>,
    /// Colour channels: 1 (grey), 3 (RGB) or 4 (RGBA) [default: as in training]
    #[arg(long, value_name = "N", value_parser = any)]
    channels: Option<usize>,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any)]
    threads: Option<usize>,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let mut outputs = Outputs::new(args.path.as_deref(), &args.force, invocation);
    let preview = args.preview.as_deref();
    if preview.is_some_and(|path| path.as_os_str() == STDOUT) {
        return Err(usage("--preview is -: standard output carries the report; name a PNG"));
    }
    let sheet = preview.map(|path| outputs.file("--preview", path, &["png"])).transpose()?;
    let threads = threads(args.threads)?;
    let (source, examination) = match threads.install(|| examine_all(&args, invocation.quiet)) {
        Ok(found) => found,
        Err(error) => {
            if let Some(DataError::NoImages { report, .. }) = error.downcast_ref()
                && args.list
            {
                skipped::list_all(report)?;
            }
            return Err(unusable(error, invocation));
        }
    };
    let problems = problems::all(&source, &examination);
    if args.json {
        json::print_report(&source, &examination, &problems)?;
    } else {
        describe(&source, &examination)?;
        skipped::print_all(&examination.report, args.list)?;
        problems::print_all(&problems, args.list)?;
        let listed = problems.iter().any(|problem| !problem.items.is_empty());
        let more = listed || !examination.report.excluded.is_empty();
        if more && !args.list {
            print("files          with --list")?;
        }
    }
    if let Some(sheet) = &sheet {
        let image = preview_sheet(&source, &examination)?;
        outputs.write(sheet, &Illustration::Reals.png(&image, PROGRAM)?)?;
        if !args.json {
            print(format_args!("preview        {}", sheet.name()))?;
        }
    }
    let warned = problems.iter().any(|problem| problem.warns);
    Ok(if warned { Ending::Warned } else { Ending::Done })
}

/// Examines all images, in the shape that training would give them unless the arguments override it.
fn examine_all(args: &Args, quiet: bool) -> Result<(Source, Examination)> {
    let source = match &args.path {
        Some(path) => Source::at(path)?,
        None => Source::Synthetic { count: sheet::IMAGES, seed: 42 },
    };
    let found = survey(&source)?;
    let side = args.image_size.unwrap_or_else(|| found.default_image_size());
    let channels = args.channels.unwrap_or(found.channels);
    let config = Config { image_size: side, channels, ..Config::default() };
    config.validate().map_err(RunError::from)?;
    let loading = Loading::new(quiet);
    let shape = Shape { side, channels };
    let examined = examine(&source, shape, &|done, total| loading.show(done, total));
    loading.clear();
    Ok((source, examined?))
}

/// Prints the properties of the dataset, one per line.
fn describe(source: &Source, examination: &Examination) -> Result<()> {
    let Examination { images, shape, report, channels, .. } = examination;
    print(format_args!("{source}: {}", count(*images as u64, "usable image")))?;
    let formats = report.formats.iter().map(|(name, n)| format!("{} {name}", thousands(*n as u64)));
    print(format_args!("formats        {}", formats.collect::<Vec<_>>().join(", ")))?;
    print(format_args!("sizes          {}", sizes(report)))?;
    if let Some(classes) = Classes::of(report) {
        print(format_args!("classes        {}", largest_classes(&classes)))?;
    }
    print(format_args!("in training    {0} × {0} × {1}", shape.side, shape.channels))?;
    brightness::print_all(channels)?;
    Ok(())
}

/// The largest classes.
fn largest_classes(classes: &Classes) -> String {
    let mut counts: Vec<_> = classes.counts().into_iter().zip(&classes.names).collect();
    counts.sort_by_key(|&(n, _)| std::cmp::Reverse(n));
    let class = |(n, name): (usize, &String)| format!("{} {name}", thousands(n as u64));
    first(counts.into_iter().map(class), CLASSES, "others")
}

/// The most frequent sizes.
fn sizes(report: &Report) -> String {
    let mut sizes: Vec<_> = report.sizes.iter().collect();
    sizes.sort_by_key(|&(size, n)| (std::cmp::Reverse(n), size));
    let size =
        |((w, h), n): (&(usize, usize), &usize)| format!("{} of {w} × {h}", thousands(*n as u64));
    first(sizes.into_iter().map(size), SIZES, "other sizes")
}

/// The first `most` of a list, and how many `others` there are.
fn first(all: impl ExactSizeIterator<Item = String>, most: usize, others: &str) -> String {
    let more = all.len().saturating_sub(most);
    let mut text = all.take(most).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text += &format!(", and {} {others}", thousands(more as u64));
    }
    text
}

/// Images from the whole dataset, as the networks would see them.
fn preview_sheet(source: &Source, examination: &Examination) -> Result<Canvas> {
    let Examination { images, shape, report, .. } = examination;
    let indices: Vec<usize> = sample_indices(*images, sheet::IMAGES).collect();
    let subset = subset(source, report, *shape, &indices)?;
    Ok(sheet::real_images(&subset, 0..subset.len()))
}

#[cfg(test)]
mod tests;
