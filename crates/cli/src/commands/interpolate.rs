use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_gan::Generator;
use dcgan_run::canvas::Canvas;
use dcgan_run::provenance::Tiles;

mod grid;
mod movie;
mod walk;

use crate::code::PROGRAM;
use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::model_arg::ModelArg;
use crate::open_model::Model;
use crate::output::{Force, Outputs, has_extension};
use crate::pixels::{Scale, check_pixels, enlarged, grid_size};
use crate::seeds::Seeds;
use crate::thread_pool::threads;
use crate::truncation::Truncation;
use crate::values::any;
use grid::Grid;
use movie::Kind;
use walk::Walk;

/// The largest number of frames from one seed to the next.
const MAX_FRAMES: usize = 10_000;

/// The most frames in a second: the shortest delay that programs respect in a GIF is two hundredths of a second.
const MAX_FPS: f64 = 50.0;

const EXAMPLES: &str = "\
Examples:
  dcgan interpolate runs/cats-001 --seeds 3,8,15 --out strip.png
  dcgan interpolate runs/cats-001 --seeds 3,8 --ping-pong --out walk.gif
  dcgan interpolate runs/cats-001 --seeds 0-63 --grid 4x4 --closed --fps 25 --out walk.apng";

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
    /// File to write: .png for a strip with a row for each pair of seeds, .apng or .gif for an animation (a GIF has 256 colours a frame); - is standard output, as a strip
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Animate a grid of so many images: the first seeds are those of its first frame, and as many follow for each grid that it passes through
    #[arg(long, value_name = "COLUMNSxROWS")]
    grid: Option<Grid>,
    /// Frames per second of an animation, from 1 to 50; a GIF counts in hundredths of a second [default: 12.5]
    #[arg(long, value_name = "N", value_parser = fps)]
    fps: Option<f64>,
    /// Play an animation forwards and then backwards
    #[arg(long, conflicts_with = "closed")]
    ping_pong: bool,
    /// Return from the last seed to the first
    #[arg(long)]
    closed: bool,
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

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let kind = Kind::of(&args.out)?;
    args.check(kind)?;
    let walk = Walk::new(&args)?;
    let model = args.model.path()?;
    let mut outputs = Outputs::new([model], &args.force, invocation);
    let out = outputs.file("--out", &args.out, &["png", "apng", "gif"])?;
    let opened = args.model.open()?;
    let threads = threads(args.threads)?;
    let (bytes, frames) = threads.install(|| match kind {
        Some(kind) => args.animation(kind, &walk, &opened),
        None => args.strip(&opened),
    })?;
    outputs.write(&out, &bytes)?;
    let frames = console::count(frames as u64, "frame");
    outputs.report(format_args!("{frames} in {}", out.name()))?;
    Ok(Ending::Done)
}

impl Args {
    /// Checks the flags that [`Walk::new`] does not.
    fn check(&self, kind: Option<Kind>) -> Result<()> {
        if !(2..=MAX_FRAMES).contains(&self.frames) {
            let frames = self.frames;
            return Err(usage(format!("--frames is {frames}: it must be from 2 to {MAX_FRAMES}")));
        }
        let of_animation = [
            ("--grid", self.grid.is_some()),
            ("--fps", self.fps.is_some()),
            ("--ping-pong", self.ping_pong),
        ];
        match of_animation.into_iter().find(|(_, is_given)| *is_given && kind.is_none()) {
            Some((flag, _)) => Err(usage(format!(
                "{flag} is for an animation: name the file .apng or .gif instead of {}",
                self.out.display()
            ))),
            None => Ok(()),
        }
    }

    /// The seeds in their order, with the return to the first.
    fn seeds(&self) -> Vec<u64> {
        let mut seeds = self.seeds.0.clone();
        if self.closed {
            seeds.push(seeds[0]);
        }
        seeds
    }

    /// All frames in one image, and their number.
    fn strip(&self, model: &Model) -> Result<(Vec<u8>, usize)> {
        let (seeds, scale) = (self.seeds(), self.scale.factor());
        let side = model.weights.config.image_size;
        let size = grid_size(side, scale, self.frames, seeds.len() - 1);
        if scale > 1 {
            check_pixels(size, 1, scale, "choose fewer --frames")?;
        }
        let made = model.maker().grid(self.frames, Tiles::from_blends(&seeds, self.frames));
        let made = made.truncated(self.truncation.psi()).enlarged(scale);
        let latents = made.latents(model.weights.config.nz)?;
        let images = Generator::from_weights(&model.weights).generate(&latents);
        let frames = enlarged(&Canvas::from_batch(&images), scale);
        Ok((made.png(&Canvas::grid(&frames, self.frames), PROGRAM)?, frames.len()))
    }

    /// The animation, and the number of its frames.
    fn animation(&self, kind: Kind, walk: &Walk, model: &Model) -> Result<(Vec<u8>, usize)> {
        let scale = self.scale.factor();
        let size = grid_size(model.weights.config.image_size, scale, walk.columns, walk.rows());
        check_pixels(size, walk.len(), scale, "choose fewer --frames")?;
        let frames = walk.frames(Generator::from_weights(&model.weights), scale);
        let bytes = match kind {
            Kind::Gif => movie::gif(frames, self.fps)?,
            Kind::Apng => movie::apng(frames, walk.len(), self.fps, model, self.arguments())?,
        };
        Ok((bytes, walk.len()))
    }

    /// What makes the same animation again, but for the model and the file.
    fn arguments(&self) -> String {
        let mut text = format!("--seeds {} --frames {}", self.seeds, self.frames);
        let mut add = |flag: &str, value: Option<String>| {
            if let Some(value) = value {
                text += format!(" {flag} {value}").trim_end();
            }
        };
        let switch = |is_set: bool| is_set.then(String::new);
        let (scale, psi) = (self.scale.factor(), self.truncation.psi());
        add("--grid", self.grid.map(|grid| grid.to_string()));
        add("--closed", switch(self.closed));
        add("--ping-pong", switch(self.ping_pong));
        add("--fps", self.fps.map(|fps| fps.to_string()));
        add("--scale", Some(scale.to_string()).filter(|_| scale > 1));
        add("--truncation", Some(psi.to_string()).filter(|_| psi < 1.0));
        text
    }
}

fn fps(text: &str) -> Result<f64, String> {
    let fps = text.trim().parse().ok().filter(|fps| (1.0..=MAX_FPS).contains(fps));
    fps.ok_or_else(|| format!("it must be a number from 1 to {MAX_FPS}, such as 12.5"))
}

impl Kind {
    /// The kind of animation that a file of this name is; `None` for a strip.
    fn of(out: &Path) -> Result<Option<Self>> {
        match out {
            _ if has_extension(out, "gif") => Ok(Some(Self::Gif)),
            _ if has_extension(out, "apng") => Ok(Some(Self::Apng)),
            _ if has_extension(out, "webp") => Err(usage(format!(
                "--out is {}: there is no encoder for animated WebP in Rust alone; name it .apng, which keeps all colours too, or .gif",
                out.display()
            ))),
            _ => Ok(None),
        }
    }
}
