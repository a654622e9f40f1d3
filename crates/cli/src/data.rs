//! `dcgan data`: the doctor of a set, to be asked before a night is spent on it.

mod brightness;
mod findings;

use std::path::PathBuf;

use anyhow::Result;
use dcgan_data::{DataError, Examination, Report, Shape, Source, chosen, examine, survey};

use crate::canvas::{COLUMNS, Canvas};
use crate::console::{count, say, thousands};
use crate::failure::{Ending, unusable, usage};
use crate::files;
use crate::thread_pool::threads;
use crate::train::{loading, natural_side};

/// Pictures on a preview.
const SHOWN: usize = COLUMNS * COLUMNS;

/// Sizes that are told one by one.
const SIZES: usize = 5;

/// The exit code is for scripts.
const CODES: &str =
    "Exit code: 0 if nothing is wrong, 1 after a warning, 2 if no picture can be used";

/// `dcgan data`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true, after_help = CODES)]
pub(crate) struct Args {
    /// A folder of pictures, an .npy array or an IDX file [default: the built-in drawn cats]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// One PNG with 64 of the pictures as the networks would see them
    #[arg(long, value_name = "SHEET.png")]
    preview: Option<PathBuf>,
    /// Name every file or picture that something is odd about
    #[arg(long)]
    list: bool,
    /// Side of a picture [default: what training would take]
    #[arg(long, value_name = "PIXELS")]
    image_size: Option<usize>,
    /// 1 grey, 3 colour, 4 with transparency [default: what training would take]
    #[arg(long, value_name = "N")]
    channels: Option<usize>,
    /// Threads to work on [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    let threads = threads(args.threads)?;
    let examined = threads.install(|| look(&args)).map_err(|error| {
        if let Some(DataError::NoPictures { skipped, .. }) = error.downcast_ref()
            && args.list
        {
            skipped.iter().for_each(|s| say(format_args!("{}: {}", s.path.display(), s.reason)));
        }
        unusable(error)
    });
    let (source, examination) = examined?;
    describe(&source, &examination);
    let warned = findings::tell(&examination, args.list);
    if let Some(path) = &args.preview {
        files::write(path, &sheet(&source, &examination)?.png()?)?;
        say(format_args!("preview        {}", path.display()));
    }
    Ok(if warned { Ending::Warned } else { Ending::Done })
}

/// All pictures, in the shape that training would give them unless the arguments say otherwise.
fn look(args: &Args) -> Result<(Source, Examination)> {
    let source = match &args.path {
        Some(path) => Source::at(path)?,
        None => Source::Drawn { count: SHOWN, seed: 42 },
    };
    let found = survey(&source)?;
    let side = args.image_size.unwrap_or_else(|| natural_side(found.side));
    let channels = args.channels.unwrap_or(found.channels);
    if !(1..=4096).contains(&side) {
        return Err(usage(format!("--image-size is {side}: it must be from 1 to 4096")));
    }
    if ![1, 3, 4].contains(&channels) {
        return Err(usage(format!("--channels is {channels}: it must be 1, 3 or 4")));
    }
    let bar = loading()?;
    let examined = examine(&source, Shape { side, channels }, &|done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    Ok((source, examined?))
}

/// What the set is, a line for each thing.
fn describe(source: &Source, examination: &Examination) {
    let Examination { pictures, shape, report, channels, .. } = examination;
    say(format_args!("{source}: {} of use", count(*pictures as u64, "picture")));
    let formats = report.formats.iter().map(|(name, n)| format!("{} {name}", thousands(*n as u64)));
    say(format_args!("formats        {}", formats.collect::<Vec<_>>().join(", ")));
    say(format_args!("sizes          {}", sizes(report)));
    say(format_args!("in training    {0} × {0} × {1}", shape.side, shape.channels));
    brightness::tell(channels);
    if report.not_pictures > 0 {
        let files = count(report.not_pictures as u64, "file");
        say(format_args!("passed over    {files} of other kinds"));
    }
}

/// The most frequent sizes.
fn sizes(report: &Report) -> String {
    let mut sizes: Vec<_> = report.sizes.iter().collect();
    sizes.sort_by_key(|&(size, n)| (std::cmp::Reverse(n), size));
    let size =
        |((w, h), n): &(&(usize, usize), &usize)| format!("{} of {w} × {h}", thousands(**n as u64));
    let mut text = sizes.iter().take(SIZES).map(size).collect::<Vec<_>>().join(", ");
    if let Some(more) = sizes.len().checked_sub(SIZES).filter(|&more| more > 0) {
        text += &format!(", and {} other sizes", thousands(more as u64));
    }
    text
}

/// Pictures from all over the set, as the networks would see them.
fn sheet(source: &Source, examination: &Examination) -> Result<Canvas> {
    let Examination { pictures, shape, report, .. } = examination;
    let numbers: Vec<usize> = shown(*pictures).collect();
    let chosen = chosen(source, report, *shape, &numbers)?;
    let tile = |i| Canvas::of_bytes(shape.side, shape.channels, chosen.get(i));
    Ok(Canvas::grid(&(0..chosen.len()).map(tile).collect::<Vec<_>>(), COLUMNS))
}

/// The numbers of those of `pictures` pictures that are shown for all.
pub(crate) fn shown(pictures: usize) -> impl Iterator<Item = usize> {
    let shown = pictures.min(SHOWN);
    (0..shown).map(move |i| i * pictures / shown)
}

#[cfg(test)]
mod tests;
