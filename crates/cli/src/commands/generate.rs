use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_gan::Generator;
use dcgan_run::sheet::COLUMNS;

mod wanted;

use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::latents_file;
use crate::model_arg::ModelArg;
use crate::output::{Force, Output, Outputs, STDOUT, has_extension};
use crate::pixels::{Scale, check_pixels, grid_size};
use crate::seeds::Seeds;
use crate::thread_pool::threads;
use crate::truncation::Truncation;
use crate::values::{any, integer};
use wanted::Wanted;

/// The largest number of images in a row.
const MAX_COLUMNS: usize = 100_000;

const EXAMPLES: &str = "\
Examples:
  dcgan generate runs/cats-001 --grid samples.png
  dcgan generate runs/cats-001 --seeds 7 --out cat.png
  dcgan generate runs/cats-001 --seeds 7,100-120 --out images";

/// `dcgan generate`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Seeds of the images, such as 7 or 0-63,100; a seed always gives the same image
    #[arg(long, value_name = "LIST", default_value = "0-63", conflicts_with = "latents")]
    seeds: Seeds,
    /// Latents instead of seeds: an .npy array (n, nz)
    #[arg(long, value_name = "FILE.npy")]
    latents: Option<PathBuf>,
    /// Folder for one PNG per image, x.png for a single PNG (a grid if there are several images), or x.npy for raw f32 (n, c, h, w) in [-1, 1]; - is standard output, as PNG
    #[arg(long, value_name = "DIR_OR_FILE")]
    out: Option<PathBuf>,
    /// PNG with all images in a grid; - is standard output
    #[arg(long, value_name = "FILE.png")]
    grid: Option<PathBuf>,
    /// Images in a row of a grid [default: 8]
    #[arg(long, value_name = "N", value_parser = integer(1, MAX_COLUMNS))]
    columns: Option<usize>,
    #[command(flatten)]
    scale: Scale,
    #[command(flatten)]
    truncation: Truncation,
    #[command(flatten)]
    force: Force,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any)]
    threads: Option<usize>,
}

/// What to write.
enum Job {
    /// One PNG for each image.
    Each(Vec<Output>),
    /// All images in a grid.
    Grid(Output),
    /// A single image.
    Single(Output),
    /// All images as an array.
    Array(Output),
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let model = args.model.path()?;
    if args.out.is_none() && args.grid.is_none() {
        return Err(usage(
            "no output given: use --out DIR, --out FILE.png, --out FILE.npy or --grid FILE.png",
        ));
    }
    let opened = args.model.open()?;
    let wanted = Wanted::new(&args, opened.weights.config.nz)?;
    let mut outputs = Outputs::new(
        [Some(model), args.latents.as_deref()].into_iter().flatten(),
        &args.force,
        invocation,
    );
    let jobs = jobs(&args, &wanted, &mut outputs)?;
    check_size(&args, &wanted, &jobs, opened.weights.config.image_size)?;
    let mut generator = Generator::from_weights(&opened.weights);
    let threads = threads(args.threads)?;
    let write = || {
        for job in &jobs {
            match job {
                Job::Each(files) => {
                    wanted.write_each(files, &mut generator, opened.maker(), &outputs)?
                }
                Job::Grid(output) => {
                    let columns = args.columns.unwrap_or(COLUMNS);
                    outputs
                        .write(output, &wanted.grid(&mut generator, opened.maker(), columns)?)?;
                }
                Job::Single(output) => {
                    wanted.write_each(
                        std::slice::from_ref(output),
                        &mut generator,
                        opened.maker(),
                        &outputs,
                    )?;
                }
                Job::Array(output) => {
                    let images = wanted.generate(&mut generator, &wanted.latents);
                    outputs.write(output, &latents_file::encode_images(images.view())?)?;
                }
            }
            outputs.report(format_args!("{} in {}", wanted.count(), job.place()))?;
        }
        Ok(Ending::Done)
    };
    threads.install(|| threads.keep_awake(write))
}

/// The outputs that were asked for, checked.
fn jobs(args: &Args, wanted: &Wanted, outputs: &mut Outputs) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    if let Some(out) = &args.out {
        let files = || wanted.names.iter().map(|name| format!("{name}.png"));
        jobs.push(match Kind::of(out)? {
            Kind::Folder => Job::Each(outputs.folder("--out", out, files())?),
            Kind::Npy => Job::Array(outputs.file("--out", out, &["npy"])?),
            Kind::Png if wanted.names.len() == 1 => {
                Job::Single(outputs.file("--out", out, &["png"])?)
            }
            Kind::Png => Job::Grid(outputs.file("--out", out, &["png"])?),
        });
    }
    if let Some(grid) = &args.grid {
        jobs.push(Job::Grid(outputs.file("--grid", grid, &["png"])?));
    }
    if args.columns.is_some() && !jobs.iter().any(|job| matches!(job, Job::Grid(_))) {
        return Err(usage(
            "--columns is for a grid: use it with --grid FILE.png or --out FILE.png",
        ));
    }
    Ok(jobs)
}

/// Checks that --scale has something to enlarge, and that no image becomes too large.
fn check_size(args: &Args, wanted: &Wanted, jobs: &[Job], side: usize) -> Result<()> {
    if wanted.scale == 1 {
        return Ok(());
    }
    if jobs.iter().all(|job| matches!(job, Job::Array(_))) {
        return Err(usage("--scale is for PNG files, and an array holds the images as they are"));
    }
    let count = wanted.names.len();
    let (columns, rows) = match jobs.iter().any(|job| matches!(job, Job::Grid(_))) {
        true => {
            let columns = args.columns.unwrap_or(COLUMNS).min(count);
            (columns, count.div_ceil(columns))
        }
        false => (1, 1),
    };
    check_pixels(
        grid_size(side, wanted.scale, columns, rows),
        1,
        wanted.scale,
        "choose fewer seeds",
    )
}

/// What a path for --out stands for.
enum Kind {
    Folder,
    Png,
    Npy,
}

impl Kind {
    fn of(out: &Path) -> Result<Self> {
        let is_new_folder =
            out.extension().is_none() || out.to_string_lossy().ends_with(['/', '\\']);
        Ok(match out {
            out if out.as_os_str() == STDOUT => Self::Png,
            out if out.is_dir() => Self::Folder,
            out if has_extension(out, "png") => Self::Png,
            out if has_extension(out, "npy") => Self::Npy,
            _ if is_new_folder => Self::Folder,
            _ => {
                return Err(usage(format!(
                    "--out is {}: its name must end in .png or .npy, or in / for a folder",
                    out.display()
                )));
            }
        })
    }
}

impl Job {
    /// Where the result is.
    fn place(&self) -> String {
        match self {
            Self::Each(files) => files.first().map(Output::folder).unwrap_or_default(),
            Self::Grid(output) | Self::Single(output) | Self::Array(output) => output.name(),
        }
    }
}
