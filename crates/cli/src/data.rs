use std::path::PathBuf;

use anyhow::Result;
use dcgan_data::{Pictures, Report, Shape, Source, load, survey};

use crate::canvas::{COLUMNS, Canvas};
use crate::console::{count, say, thousands};
use crate::failure::{Ending, usage};
use crate::train::{loading, natural_side};
use crate::{done, files, threads};

/// Pictures on a preview.
const SHOWN: usize = COLUMNS * COLUMNS;

/// Sizes that are told one by one.
const SIZES: usize = 5;

/// `dcgan data`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// A folder of pictures, an .npy array or an IDX file [default: the built-in drawn cats]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// One PNG with 64 of the pictures as the networks would see them
    #[arg(long, value_name = "SHEET.png")]
    preview: Option<PathBuf>,
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
    let shape = Shape { side, channels };
    let bar = loading()?;
    let loaded = threads::pool(args.threads)?.install(|| {
        load(&source, shape, &|done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        })
    });
    bar.finish_and_clear();
    let (pictures, report) = loaded?;
    describe(&source, shape, pictures.len(), &report);
    if let Some(path) = &args.preview {
        files::write(path, &sheet(&pictures).png()?)?;
        say(format_args!("preview        {}", path.display()));
    }
    done()
}

/// What was found, a line for each thing, and every file that cannot be read by its name.
fn describe(source: &Source, shape: Shape, pictures: usize, report: &Report) {
    say(format_args!("{source}: {} of use", count(pictures as u64, "picture")));
    let formats = report.formats.iter().map(|(name, n)| format!("{} {name}", thousands(*n as u64)));
    say(format_args!("formats        {}", formats.collect::<Vec<_>>().join(", ")));
    say(format_args!("sizes          {}", sizes(report)));
    say(format_args!("in training    {0} × {0} × {1}", shape.side, shape.channels));
    if report.not_pictures > 0 {
        say(format_args!(
            "passed over    {} of other kinds",
            count(report.not_pictures as u64, "file")
        ));
    }
    if !report.skipped.is_empty() {
        say(format_args!("skipped        {}", count(report.skipped.len() as u64, "file")));
    }
    for skipped in &report.skipped {
        say(format_args!("  {}: {}", skipped.path.display(), skipped.reason));
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
fn sheet(pictures: &Pictures) -> Canvas {
    let Shape { side, channels } = pictures.shape();
    let shown = pictures.len().min(SHOWN);
    let tile = |i| Canvas::of_bytes(side, channels, pictures.get(i * pictures.len() / shown));
    Canvas::grid(&(0..shown).map(tile).collect::<Vec<_>>(), COLUMNS)
}
