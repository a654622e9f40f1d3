use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_gan::{Generator, State, latent};
use ndarray::{Array4, Axis};
use rayon::prelude::*;

use crate::canvas::{COLUMNS, Canvas};
use crate::failure::{Ending, usage};
use crate::provenance::{Maker, Tiles};
use crate::seeds::Seeds;
use crate::thread_pool::threads;
use crate::{console, done, files, model, npy};

/// Pictures in memory at a time, as floats.
const BLOCK: usize = 256;

/// `dcgan generate`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// A run folder, a checkpoint, or a generator's safetensors file
    #[arg(long, value_name = "RUN_OR_FILE")]
    model: PathBuf,
    /// Which pictures, such as 7 or 0-63,100; a seed always gives the same one
    #[arg(long, value_name = "LIST", default_value = "0-63", conflicts_with = "latents")]
    seeds: Seeds,
    /// Latents of your own instead of seeds: an .npy array (n, nz)
    #[arg(long, value_name = "FILE.npy")]
    latents: Option<PathBuf>,
    /// A folder for one PNG a picture, or x.npy for raw f32 (n, c, h, w) in [-1, 1]
    #[arg(long, value_name = "DIR_OR_NPY")]
    out: Option<PathBuf>,
    /// One PNG with all pictures side by side
    #[arg(long, value_name = "FILE.png")]
    grid: Option<PathBuf>,
    /// Pictures in a row of the grid
    #[arg(long, value_name = "N", default_value_t = COLUMNS, requires = "grid")]
    columns: usize,
    /// Threads to work on [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    if args.columns == 0 {
        return Err(usage("--columns is 0: a row of a grid holds at least 1 picture"));
    }
    if args.out.is_none() && args.grid.is_none() {
        return Err(usage(
            "nowhere to put the pictures: give --out DIR, --out FILE.npy or --grid FILE.png",
        ));
    }
    let state = model::open(&args.model)?;
    let wanted = Wanted::new(&args, state.config.nz)?;
    let mut generator = Generator::new(&state);
    let threads = threads(args.threads)?;
    let write = || {
        match &args.out {
            Some(out) if is_npy(out) => {
                npy::write_pictures(out, generator.generate(&wanted.latents).view())?;
                console::say(format_args!("{} in {}", wanted.count(), out.display()));
            }
            Some(folder) => wanted.write_each(folder, &mut generator, &state)?,
            None => {}
        }
        if let Some(grid) = &args.grid {
            let blocks = wanted.blocks();
            let tiles = blocks.flat_map(|(latents, _)| tiles(&generator.generate(latents)));
            let picture = Canvas::grid(&tiles.collect::<Vec<_>>(), args.columns);
            let made = Maker::of(&state).grid(args.columns, wanted.all());
            files::write(grid, &picture.png_of(&made)?)?;
            console::say(format_args!("{} in {}", wanted.count(), grid.display()));
        }
        done()
    };
    threads.install(|| threads.keep_awake(write))
}

/// Each picture of a batch as bytes.
pub(crate) fn tiles(pictures: &Array4<f32>) -> Vec<Canvas> {
    pictures.axis_iter(Axis(0)).map(Canvas::of_units).collect()
}

fn is_npy(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npy"))
}

/// The latents that are asked for, and what a picture of each is called.
struct Wanted {
    nz: usize,
    latents: Vec<f32>,
    names: Vec<String>,
    /// None of an array's rows.
    seeds: Vec<u64>,
}

impl Wanted {
    fn new(args: &Args, nz: usize) -> Result<Self> {
        let (latents, names): (Vec<f32>, Vec<String>) = match &args.latents {
            Some(path) => {
                let latents = npy::read_latents(path, nz)?;
                let names = (0..latents.len() / nz).map(|i| format!("latent{i:04}")).collect();
                (latents, names)
            }
            None => {
                let seeds = &args.seeds.0;
                let names = seeds.iter().map(|seed| format!("seed{seed:04}")).collect();
                (latent::of_seeds(seeds.iter().copied(), nz), names)
            }
        };
        let seeds = if args.latents.is_none() { args.seeds.0.clone() } else { Vec::new() };
        Ok(Self { nz, latents, names, seeds })
    }

    /// What all pictures are made from.
    fn all(&self) -> Vec<Tiles> {
        match &self.seeds[..] {
            [] => vec![Tiles::of_rows(0, &self.latents, self.nz)],
            seeds => Tiles::of_seeds(seeds),
        }
    }

    /// What one of them is made from.
    fn one(&self, i: usize) -> Tiles {
        match self.seeds.get(i) {
            Some(&seed) => Tiles::Seeds { first: seed, last: seed },
            None => Tiles::of_rows(i, &self.latents[i * self.nz..][..self.nz], self.nz),
        }
    }

    fn count(&self) -> String {
        console::count(self.names.len() as u64, "picture")
    }

    /// The latents and names of so many pictures as are held in memory at a time.
    fn blocks(&self) -> impl Iterator<Item = (&[f32], &[String])> {
        self.latents.chunks(BLOCK * self.nz).zip(self.names.chunks(BLOCK))
    }

    /// One PNG for each latent.
    fn write_each(&self, folder: &Path, generator: &mut Generator, state: &State) -> Result<()> {
        files::check_writable(folder)?;
        let maker = Maker::of(state);
        for (block, (latents, names)) in self.blocks().enumerate() {
            let tiles = tiles(&generator.generate(latents));
            tiles.par_iter().zip(names).enumerate().try_for_each(|(i, (tile, name))| {
                let made = maker.alone(self.one(block * BLOCK + i));
                files::write(&folder.join(format!("{name}.png")), &tile.png_of(&made)?)
            })?;
        }
        console::say(format_args!("{} in {}", self.count(), folder.display()));
        Ok(())
    }
}
