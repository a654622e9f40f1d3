use anyhow::Result;
use dcgan_gan::{Generator, latent};
use dcgan_run::canvas::Canvas;
use dcgan_run::provenance::{Maker, Tiles};
use ndarray::Array4;
use rayon::prelude::*;

use super::Args;
use crate::code::PROGRAM;
use crate::console;
use crate::latents_file;
use crate::output::{Output, Outputs};
use crate::pixels::enlarged;

/// Images in memory at a time, as floats.
const BLOCK: usize = 256;

/// The requested latents, and the names of their images.
pub(super) struct Wanted {
    nz: usize,
    pub(super) latents: Vec<f32>,
    pub(super) names: Vec<String>,
    /// Empty for the rows of an array.
    seeds: Vec<u64>,
    /// The factor of the latents, which is not yet in them.
    psi: f64,
    /// The side of the square in which a pixel is shown.
    pub(super) scale: u16,
}

impl Wanted {
    pub(super) fn new(args: &Args, nz: usize) -> Result<Self> {
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
        let (psi, scale) = (args.truncation.psi(), args.scale.factor());
        Ok(Self { nz, latents, names, seeds, psi, scale })
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

    pub(super) fn count(&self) -> String {
        console::count(self.names.len() as u64, "image")
    }

    /// Generates the images of these latents.
    pub(super) fn generate(&self, generator: &mut Generator, latents: &[f32]) -> Array4<f32> {
        let mut latents = latents.to_vec();
        latent::truncate(&mut latents, self.psi);
        generator.generate(&latents)
    }

    /// The same, as they are shown.
    fn tiles(&self, generator: &mut Generator, latents: &[f32]) -> Vec<Canvas> {
        enlarged(&Canvas::from_batch(&self.generate(generator, latents)), self.scale)
    }

    /// One PNG with all images in a grid.
    pub(super) fn grid(
        &self,
        generator: &mut Generator,
        maker: Maker,
        columns: usize,
    ) -> Result<Vec<u8>> {
        let blocks = self.latents.chunks(BLOCK * self.nz);
        let tiles = blocks.flat_map(|latents| self.tiles(generator, latents));
        let image = Canvas::grid(&tiles.collect::<Vec<_>>(), columns);
        let made = maker.grid(columns, self.all()).truncated(self.psi).enlarged(self.scale);
        Ok(made.png(&image, PROGRAM)?)
    }

    /// One PNG for each latent.
    pub(super) fn write_each(
        &self,
        files: &[Output],
        generator: &mut Generator,
        maker: Maker,
        outputs: &Outputs,
    ) -> Result<()> {
        let blocks = self.latents.chunks(BLOCK * self.nz).zip(files.chunks(BLOCK));
        for (block, (latents, files)) in blocks.enumerate() {
            let tiles = self.tiles(generator, latents);
            tiles.par_iter().zip(files).enumerate().try_for_each(|(i, (tile, file))| {
                let made = maker.single(self.one(block * BLOCK + i));
                let made = made.truncated(self.psi).enlarged(self.scale);
                outputs.write(file, &made.png(tile, PROGRAM)?)
            })?;
        }
        Ok(())
    }
}
