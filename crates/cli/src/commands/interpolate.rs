use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use dcgan_data::own_files::mark_gif;
use dcgan_gan::Generator;
use dcgan_run::canvas::Canvas;
use dcgan_run::files;
use dcgan_run::provenance::{Maker, Provenance, Tiles};
use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame, RgbaImage};

use crate::code::PROGRAM;
use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::open_model::open;
use crate::seeds::Seeds;
use crate::thread_pool::threads;
use crate::values::any;

/// Duration of a frame of an animation, in milliseconds.
const FRAME_MS: u32 = 80;

/// The largest number of frames from one seed to the next.
const MAX_FRAMES: usize = 10_000;

const EXAMPLES: &str = "\
Examples:
  dcgan interpolate --model runs/cats-001 --seeds 3,8,15 --out strip.png
  dcgan interpolate --model runs/cats-001 --seeds 3,8 --closed --out walk.gif";

/// `dcgan interpolate`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Run folder, checkpoint, or weights of a generator from PyTorch (.pth or .safetensors)
    #[arg(long, value_name = "RUN_OR_FILE")]
    model: PathBuf,
    /// Seeds of the images to pass through, in this order, such as 3,8,15
    #[arg(long, value_name = "LIST")]
    seeds: Seeds,
    /// Images from one seed to the next, both included
    #[arg(long, value_name = "N", value_parser = any, default_value_t = 16)]
    frames: usize,
    /// File to write: .png for a strip with a row for each pair of seeds, .gif for an animation
    #[arg(long, value_name = "FILE.png|FILE.gif")]
    out: PathBuf,
    /// Return from the last seed to the first
    #[arg(long)]
    closed: bool,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any)]
    threads: Option<usize>,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let write = writer(&args.out)?;
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
    let state = open(&args.model)?;
    let made = Maker::from_state(&state).grid(args.frames, Tiles::from_blends(&seeds, args.frames));
    let latents = made.latents(state.config.nz)?;
    let images = threads(args.threads)?.install(|| Generator::new(&state).generate(&latents));
    let frames = Canvas::from_batch(&images);
    files::write(&args.out, &write(&frames, &made)?)?;
    invocation.status(format_args!(
        "{} in {}",
        console::count(frames.len() as u64, "frame"),
        args.out.display()
    ))?;
    Ok(Ending::Done)
}

/// Encodes frames of this provenance as a file.
type Writer = fn(&[Canvas], &Provenance) -> Result<Vec<u8>>;

/// The writer for the extension of the file.
fn writer(out: &Path) -> Result<Writer> {
    let extension = out.extension().map(|extension| extension.to_ascii_lowercase());
    match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some("png") => {
            Ok(|frames, made| Ok(made.png(&Canvas::grid(frames, made.columns as usize), PROGRAM)?))
        }
        Some("gif") => Ok(|frames, made| animation(frames, made.columns as usize)),
        _ => Err(usage(format!(
            "--out is {}: its name must end in .png for a strip or .gif for an animation",
            out.display()
        ))),
    }
}

/// The frames as a GIF that repeats forever. The image shared by two consecutive pairs is written once.
fn animation(frames: &[Canvas], columns: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(Repeat::Infinite)?;
    let delay = Delay::from_numer_denom_ms(FRAME_MS, 1);
    for (_, frame) in frames.iter().enumerate().filter(|(i, _)| *i == 0 || i % columns != 0) {
        let image = RgbaImage::from_raw(frame.width as u32, frame.height as u32, frame.rgba())
            .context("a frame has as many bytes as pixels")?;
        encoder.encode_frame(Frame::from_parts(image, 0, 0, delay))?;
    }
    drop(encoder);
    mark_gif(&mut bytes, PROGRAM.version);
    Ok(bytes)
}
