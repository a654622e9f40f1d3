use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_gan::{Generator, State, latent};
use dcgan_run::canvas::Canvas;
use dcgan_run::files;
use dcgan_run::provenance::{Maker, Tiles};
use dcgan_run::sheet::COLUMNS;
use rayon::prelude::*;

use crate::code::PROGRAM;
use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::latents_file;
use crate::open_model::open;
use crate::seeds::Seeds;
use crate::thread_pool::threads;
use crate::values::any;

/// Images in memory at a time, as floats.
const BLOCK: usize = 256;

const EXAMPLES: &str = "\
Examples:
  dcgan generate --model runs/cats-001 --grid samples.png
  dcgan generate --model runs/cats-001 --seeds 7,100-120 --out images";

/// `dcgan generate`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Run folder, checkpoint, or weights of a generator from PyTorch (.pth or .safetensors)
    #[arg(long, value_name = "RUN_OR_FILE")]
    model: PathBuf,
    /// Seeds of the images, such as 7 or 0-63,100; a seed always gives the same image
    #[arg(long, value_name = "LIST", default_value = "0-63", conflicts_with = "latents")]
    seeds: Seeds,
    /// Latents instead of seeds: an .npy array (n, nz)
    #[arg(long, value_name = "FILE.npy")]
    latents: Option<PathBuf>,
    /// Folder for one PNG per image, or x.npy for raw f32 (n, c, h, w) in [-1, 1]
    #[arg(long, value_name = "DIR_OR_NPY")]
    out: Option<PathBuf>,
    /// PNG with all images in a grid
    #[arg(long, value_name = "FILE.png")]
    grid: Option<PathBuf>,
    /// Images in a row of the grid
    #[arg(long, value_name = "N", value_parser = any, default_value_t = COLUMNS, requires = "grid")]
    columns: usize,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any)]
    threads: Option<usize>,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    if args.columns == 0 {
        return Err(usage("--columns is 0: it must be at least 1"));
    }
    if args.out.is_none() && args.grid.is_none() {
        return Err(usage("no output given: use --out DIR, --out FILE.npy or --grid FILE.png"));
    }
    let state = open(&args.model)?;
    let wanted = Wanted::new(&args, state.config.nz)?;
    let mut generator = Generator::new(&state);
    let threads = threads(args.threads)?;
    let write = || {
        match &args.out {
            Some(out) if is_npy(out) => {
                latents_file::write_images(out, generator.generate(&wanted.latents).view())?;
                invocation.status(format_args!("{} in {}", wanted.count(), out.display()))?;
            }
            Some(folder) => {
                wanted.write_each(folder, &mut generator, &state)?;
                invocation.status(format_args!("{} in {}", wanted.count(), folder.display()))?;
            }
            None => {}
        }
        if let Some(grid) = &args.grid {
            let blocks = wanted.blocks();
            let tiles =
                blocks.flat_map(|(latents, _)| Canvas::from_batch(&generator.generate(latents)));
            let image = Canvas::grid(&tiles.collect::<Vec<_>>(), args.columns);
            let made = Maker::from_state(&state).grid(args.columns, wanted.all());
            files::write(grid, &made.png(&image, PROGRAM)?)?;
            invocation.status(format_args!("{} in {}", wanted.count(), grid.display()))?;
        }
        Ok(Ending::Done)
    };
    threads.install(|| threads.keep_awake(write))
}

fn is_npy(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npy"))
}

/// The requested latents, and the names of their images.
struct Wanted {
    nz: usize,
    latents: Vec<f32>,
    names: Vec<String>,
    /// Empty for the rows of an array.
    seeds: Vec<u64>,
}

impl Wanted {
    fn new(args: &Args, nz: usize) -> Result<Self> {
        let (latents, names): (Vec<f32>, Vec<String>) = match &args.latents {
            Some(path) => {
                let latents = latents_file::read(path, nz)?;
                let names = (0..latents.len() / nz).map(|i| format!("latent{i:04}")).collect();
                (latents, names)
            }
            None => {
                let seeds = &args.seeds.0;
                let names = seeds.iter().map(|seed| format!("seed{seed:04}")).collect();
                (latent::from_seeds(seeds.iter().copied(), nz), names)
            }
        };
        let seeds = if args.latents.is_none() { args.seeds.0.clone() } else { Vec::new() };
        Ok(Self { nz, latents, names, seeds })
    }

    /// The latents of all images.
    fn all(&self) -> Vec<Tiles> {
        match &self.seeds[..] {
            [] => vec![Tiles::from_rows(0, &self.latents, self.nz)],
            seeds => Tiles::from_seeds(seeds),
        }
    }

    /// The latent of one of them.
    fn one(&self, i: usize) -> Tiles {
        match self.seeds.get(i) {
            Some(&seed) => Tiles::Seeds { first: seed, last: seed },
            None => Tiles::from_rows(i, &self.latents[i * self.nz..][..self.nz], self.nz),
        }
    }

    fn count(&self) -> String {
        console::count(self.names.len() as u64, "image")
    }

    /// The latents and names, in blocks of [`BLOCK`] images.
    fn blocks(&self) -> impl Iterator<Item = (&[f32], &[String])> {
        self.latents.chunks(BLOCK * self.nz).zip(self.names.chunks(BLOCK))
    }

    /// One PNG for each latent.
    fn write_each(&self, folder: &Path, generator: &mut Generator, state: &State) -> Result<()> {
        files::check_writable(folder)?;
        let maker = Maker::from_state(state);
        for (block, (latents, names)) in self.blocks().enumerate() {
            let tiles = Canvas::from_batch(&generator.generate(latents));
            tiles.par_iter().zip(names).enumerate().try_for_each(|(i, (tile, name))| {
                let made = maker.single(self.one(block * BLOCK + i));
                files::write(&folder.join(format!("{name}.png")), &made.png(tile, PROGRAM)?)
            })?;
        }
        Ok(())
    }
}
