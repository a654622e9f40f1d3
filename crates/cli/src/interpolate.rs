use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use dcgan_gan::Generator;
use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame, RgbaImage};

use crate::canvas::Canvas;
use crate::failure::{Ending, usage};
use crate::generate::tiles;
use crate::provenance::{Maker, Provenance, Tiles};
use crate::seeds::Seeds;
use crate::thread_pool::threads;
use crate::{console, done, files, model};

/// Time that a frame of an animation is shown, in milliseconds.
const FRAME_MS: u32 = 80;

/// The most frames from one seed to the next.
const MOST_FRAMES: usize = 10_000;

/// `dcgan interpolate`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// A run folder, a checkpoint, or a generator's safetensors file
    #[arg(long, value_name = "RUN_OR_FILE")]
    model: PathBuf,
    /// The pictures to go through, in this order, such as 3,8,15
    #[arg(long, value_name = "LIST")]
    seeds: Seeds,
    /// Pictures from one seed to the next, both ends counted
    #[arg(long, value_name = "N", default_value_t = 16)]
    frames: usize,
    /// strip.png for all pictures side by side, a row for each pair; walk.gif for an animation
    #[arg(long, value_name = "FILE.png|FILE.gif")]
    out: PathBuf,
    /// Come back from the last seed to the first
    #[arg(long)]
    closed: bool,
    /// Threads to work on [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    let write = writer(&args.out)?;
    let mut seeds = args.seeds.0;
    if seeds.len() < 2 {
        return Err(usage("--seeds names one picture: a blend needs two or more, such as 3,8"));
    }
    if !(2..=MOST_FRAMES).contains(&args.frames) {
        let message = format!("--frames is {}: it must be from 2 to {MOST_FRAMES}", args.frames);
        return Err(usage(message));
    }
    if args.closed {
        seeds.push(seeds[0]);
    }
    let state = model::open(&args.model)?;
    let made = Maker::of(&state).grid(args.frames, Tiles::of_blends(&seeds, args.frames));
    let latents = made.latents(state.config.nz)?;
    let pictures = threads(args.threads)?.install(|| Generator::new(&state).generate(&latents));
    let frames = tiles(&pictures);
    files::write(&args.out, &write(&frames, &made)?)?;
    console::say(format_args!(
        "{} in {}",
        console::count(frames.len() as u64, "frame"),
        args.out.display()
    ));
    done()
}

/// Frames, made in this way, to a file.
type Writer = fn(&[Canvas], &Provenance) -> Result<Vec<u8>>;

/// What the name of the file asks for.
fn writer(out: &Path) -> Result<Writer> {
    let extension = out.extension().map(|extension| extension.to_ascii_lowercase());
    match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some("png") => Ok(|frames, made| Canvas::grid(frames, made.columns as usize).png_of(made)),
        Some("gif") => Ok(|frames, made| animation(frames, made.columns as usize)),
        _ => Err(usage(format!(
            "--out is {}: its name must end in .png for a strip or .gif for an animation",
            out.display()
        ))),
    }
}

/// The frames as a GIF that repeats for ever. Where one pair ends and the next begins the same
/// picture stands twice; it is shown once.
fn animation(frames: &[Canvas], columns: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(Repeat::Infinite)?;
    let delay = Delay::from_numer_denom_ms(FRAME_MS, 1);
    for (_, frame) in frames.iter().enumerate().filter(|(i, _)| *i == 0 || i % columns != 0) {
        let picture = RgbaImage::from_raw(frame.width as u32, frame.height as u32, frame.rgba())
            .context("a frame has as many bytes as pixels")?;
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, delay))?;
    }
    drop(encoder);
    Ok(bytes)
}
