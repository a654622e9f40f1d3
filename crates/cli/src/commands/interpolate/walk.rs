use anyhow::Result;
use dcgan_gan::{Generator, latent};
use dcgan_run::canvas::Canvas;
use dcgan_run::provenance::Tiles;

use super::Args;
use crate::failure::usage;
use crate::pixels::enlarged;

/// Images that are generated at once.
const BLOCK: usize = 256;

/// The frames of an animation, in each of which every tile is somewhere between two of its seeds.
#[derive(Debug)]
pub(super) struct Walk {
    /// The seeds of each tile.
    seeds: Vec<Vec<u64>>,
    /// Images from one seed to the next.
    frames: usize,
    /// Tiles in a row.
    pub(super) columns: usize,
    /// Whether a frame is one image, without a margin.
    is_single: bool,
    psi: f64,
    /// Which frame is shown when.
    order: Vec<usize>,
}

impl Walk {
    /// # Errors
    /// If the seeds are too few, or do not fill the grids.
    pub(super) fn new(args: &Args) -> Result<Self> {
        let given = &args.seeds.0;
        let tiles = args.grid.map_or(1, |grid| grid.columns * grid.rows);
        if tiles == 1 && given.len() < 2 {
            return Err(usage(
                "--seeds is a single seed: an interpolation needs two or more, such as 3,8",
            ));
        }
        if given.len() < 2 * tiles || !given.len().is_multiple_of(tiles) {
            return Err(usage(format!(
                "--seeds has {} seeds: a grid of {tiles} images needs twice as many or another multiple, such as 0-{}",
                given.len(),
                2 * tiles - 1
            )));
        }
        let of_tile = |tile: usize| {
            let mut seeds: Vec<u64> = given[tile..].iter().step_by(tiles).copied().collect();
            if args.closed {
                seeds.push(seeds[0]);
            }
            seeds
        };
        let seeds: Vec<Vec<u64>> = (0..tiles).map(of_tile).collect();
        // The frame that two pairs share is shown once, and so is the first of a closed way.
        let shown = (seeds[0].len() - 1) * (args.frames - 1) + 1;
        let mut order: Vec<usize> = (0..shown - usize::from(args.closed)).collect();
        if args.ping_pong {
            order.extend((1..shown - 1).rev());
        }
        Ok(Self {
            seeds,
            frames: args.frames,
            columns: args.grid.map_or(1, |grid| grid.columns),
            is_single: args.grid.is_none(),
            psi: args.truncation.psi(),
            order,
        })
    }

    /// Tiles in a column.
    pub(super) fn rows(&self) -> usize {
        self.seeds.len() / self.columns
    }

    /// Number of frames.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// The frames, as they are shown, a few at a time.
    pub(super) fn frames(
        &self,
        mut generator: Generator,
        scale: u16,
    ) -> impl Iterator<Item = Canvas> {
        let nz = generator.config().nz;
        let tiles = self.seeds.len();
        let block = (BLOCK / tiles).max(1);
        self.order.chunks(block).flat_map(move |frames| {
            let mut latents: Vec<f32> =
                frames.iter().flat_map(|&frame| self.latents(frame, nz)).collect();
            latent::truncate(&mut latents, self.psi);
            let images = enlarged(&Canvas::from_batch(&generator.generate(&latents)), scale);
            let frame = |tiles: &[Canvas]| match self.is_single {
                true => tiles[0].clone(),
                false => Canvas::grid(tiles, self.columns),
            };
            images.chunks(tiles).map(frame).collect::<Vec<_>>()
        })
    }

    /// The latents of a frame, tile by tile.
    fn latents(&self, frame: usize, nz: usize) -> Vec<f32> {
        let steps = self.frames - 1;
        // The last frame ends the last pair.
        let pair = (frame / steps).min(self.seeds[0].len() - 2);
        let at = (frame - pair * steps) as u64;
        let latent = |seeds: &Vec<u64>| {
            let (from, to, frames) = (seeds[pair], seeds[pair + 1], self.frames as u64);
            Tiles::Blend { from, to, frames, first: at, last: at }.latents(nz).unwrap_or_default()
        };
        self.seeds.iter().flat_map(latent).collect()
    }
}
