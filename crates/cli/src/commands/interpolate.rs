use std::path::PathBuf;

use anyhow::{Context, Result};
use dcgan_data::own_files::mark_gif;
use dcgan_gan::Generator;
use dcgan_run::canvas::Canvas;
use dcgan_run::provenance::Tiles;
use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame, RgbaImage};

use crate::code::PROGRAM;
use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::model_arg::ModelArg;
use crate::output::{Force, Outputs, has_extension};
use crate::seeds::Seeds;
use crate::thread_pool::threads;
use crate::values::any;

/// Duration of a frame of an animation, in milliseconds.
const FRAME_MS: u32 = 80;

/// The largest number of frames from one seed to the next.
const MAX_FRAMES: usize = 10_000;

const EXAMPLES: &str = "\
Examples:
  dcgan interpolate runs/cats-001 --seeds 3,8,15 --out strip.png
  dcgan interpolate runs/cats-001 --seeds 3,8 --closed --out walk.gif";

/// `dcgan interpolate`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Seeds of the images to pass through, in this order, such as 3,8,15
    #[arg(long, value_name = "LIST")]
    seeds: Seeds,
    /// Images from one seed to the next, both included
    #[arg(long, value_name = "N", value_parser = any, default_value_t = 16)]
    frames: usize,
    /// File to write: .png for a strip with a row for each pair of seeds, .gif for an animation; - is standard output, as PNG
    #[arg(long, value_name = "FILE.png|FILE.gif")]
    out: PathBuf,
    #[command(flatten)]
    force: Force,
    /// Return from the last seed to the first
    #[arg(long)]
    closed: bool,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any)]
    threads: Option<usize>,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let mut seeds = args.seeds.0;
    if seeds.len() < 2 {
        return Err(usage(
            "--seeds is a single seed: an interpolation needs two or more, such as 3,8",
        ));
    }
    if !(2..=MAX_FRAMES).contains(&args.frames) {
        let message = format!("--frames is {}: it must be from 2 to {MAX_FRAMES}", args.frames);
        return Err(usage(message));
    }
    if args.closed {
        seeds.push(seeds[0]);
    }
    let model = args.model.path()?;
    let mut outputs = Outputs::new([model], &args.force, invocation);
    let out = outputs.file("--out", &args.out, &["png", "gif"])?;
    let opened = args.model.open()?;
    let made = opened.maker().grid(args.frames, Tiles::from_blends(&seeds, args.frames));
    let latents = made.latents(opened.weights.config.nz)?;
    let images = threads(args.threads)?
        .install(|| Generator::from_weights(&opened.weights).generate(&latents));
    let frames = Canvas::from_batch(&images);
    let (bytes, written) = match has_extension(&args.out, "gif") {
        true => animation(&frames, made.columns as usize)?,
        false => (made.png(&Canvas::grid(&frames, args.frames), PROGRAM)?, frames.len()),
    };
    outputs.write(&out, &bytes)?;
    outputs.report(format_args!(
        "{} in {}",
        console::count(written as u64, "frame"),
        out.name()
    ))?;
    Ok(Ending::Done)
}

/// The frames as a GIF that repeats forever, and their number. The image shared by two consecutive pairs is
/// written once.
fn animation(frames: &[Canvas], columns: usize) -> Result<(Vec<u8>, usize)> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(Repeat::Infinite)?;
    let delay = Delay::from_numer_denom_ms(FRAME_MS, 1);
    let distinct = || frames.iter().enumerate().filter(|(i, _)| *i == 0 || i % columns != 0);
    for (_, frame) in distinct() {
        let image = RgbaImage::from_raw(frame.width as u32, frame.height as u32, frame.rgba())
            .context("a frame has as many bytes as pixels")?;
        encoder.encode_frame(Frame::from_parts(image, 0, 0, delay))?;
    }
    drop(encoder);
    mark_gif(&mut bytes, PROGRAM.version);
    Ok((bytes, distinct().count()))
}
