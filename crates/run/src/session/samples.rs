use std::path::Path;

use dcgan_gan::{Generator, latent};

use super::Session;
use crate::canvas::Canvas;
use crate::files;
use crate::journal::Metric;
use crate::observer::Event;
use crate::plot;
use crate::provenance::{Illustration, Maker, Tiles};
use crate::run_error::Result;
use crate::sheet::{self, COLUMNS, SEEDS};

impl Session<'_> {
    /// Measures the samples of the checkpoint that is written next; after a kill in between, the run measures them
    /// again. Only called when a checkpoint is due, so that stopping a run does not affect its metrics.
    pub(super) fn measure(&mut self) -> Result<()> {
        let Some(quality) = &self.quality else { return Ok(()) };
        let (step, epoch, floor) = (self.step(), self.epochs(self.step()), quality.floor);
        let distance = quality.measure(self.engine.state_to_show()?);
        let metric = Metric::new(step, epoch, &distance, floor, quality.count());
        self.observer.event(&Event::Metric(&metric));
        self.metrics.push(metric)
    }

    pub(super) fn write_real_images(&mut self) -> Result<()> {
        let indices = self.images.sample_indices(sheet::IMAGES);
        let sheet = sheet::real_images(&self.images, indices);
        files::write(&self.folder.reals(), &Illustration::Reals.png(&sheet, self.program)?)
    }

    /// The samples after `epoch` epochs.
    pub(super) fn write_epoch_samples(&mut self, epoch: u64) -> Result<()> {
        self.write_samples(&self.folder.sample(epoch), epoch as f64)
    }

    /// The grid of samples, and the losses up to here.
    pub(super) fn write_samples(&mut self, path: &Path, epoch: f64) -> Result<()> {
        let state = self.engine.state_to_show()?;
        let weights = state.shown();
        let latents = latent::from_seeds(SEEDS, state.config.nz);
        let scale = self.settings.sample_scale;
        let images = Generator::from_weights(&weights).generate(&latents);
        let tiles = Canvas::from_batch(&images).into_iter();
        let tiles: Vec<Canvas> = tiles.map(|tile| tile.enlarged(usize::from(scale))).collect();
        let seeds = Tiles::from_seeds(&SEEDS.collect::<Vec<_>>());
        let made = Maker::new(&weights, state.step).grid(COLUMNS, seeds).enlarged(scale);
        let losses = plot::losses(self.folder.path(), self.log.lines())?;
        files::write(&self.folder.losses(), &Illustration::Losses.png(&losses, self.program)?)?;
        // The grid comes last: a run that has it has everything.
        files::write(path, &made.png(&Canvas::grid(&tiles, COLUMNS), self.program)?)?;
        self.observer.event(&Event::Sample { epoch, path });
        Ok(())
    }
}
