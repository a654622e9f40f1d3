use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use dcgan_data::{Batches, Pictures};
use dcgan_gan::watch::Lost;
use dcgan_gan::{Generator, Losses, State, Threads, Trainer, latent};

use super::events::{Event, Events};
use super::folder::Folder;
use super::interrupt::Interrupt;
use super::keep::ends;
use super::log::{Log, Record};
use super::metrics::{Metric, Metrics};
use super::plot;
use super::progress::{Progress, duration};
use super::quality::Quality;
use super::settings::Settings;
use super::words::{self, Watching};
use crate::canvas::{COLUMNS, Canvas};
use crate::data::shown;
use crate::failure::Ending;
use crate::generate::tiles;
use crate::provenance::{Maker, Tiles};

/// The seeds of the grids: tile k of every grid is the picture that `--seeds k` gives.
const GRID: std::ops::Range<u64> = 0..64;

/// A run going on: the loop around the training step, and what it leaves behind.
pub(crate) struct Session {
    pub(crate) settings: Settings,
    pub(crate) folder: Folder,
    pub(crate) pictures: Pictures,
    pub(crate) batches: Batches,
    pub(crate) trainer: Trainer,
    pub(crate) log: Log,
    pub(crate) metrics: Metrics,
    /// Only where the best checkpoints are to stay.
    pub(crate) quality: Option<Quality>,
    pub(crate) events: Events,
    pub(crate) progress: Progress,
    pub(crate) interrupt: Interrupt,
    /// Steps at which the run is over.
    pub(crate) total: u64,
    /// The last warning.
    pub(crate) told: String,
}

impl Session {
    /// Trains until the end or Ctrl-C.
    pub(crate) fn run(mut self, threads: &Threads) -> Result<Ending> {
        if self.step() == 0 {
            self.keep(Self::write_reals);
            self.keep(|session| session.write_samples(0));
        }
        let begun = Instant::now();
        let mut since = (begun, self.step());
        while self.step() < self.total {
            if self.interrupt.asked() {
                return self.interrupted();
            }
            let before = self.step();
            self.batches.fill(before, &self.pictures, self.trainer.real());
            let losses = threads.keep_awake(|| self.trainer.step());
            if let Some(lost) = self.lost(&losses) {
                self.diverged(&lost)?;
                since = (Instant::now(), self.step());
                continue;
            }
            self.watch();
            self.report(&losses, &mut since);
            self.at_the_end_of_epochs(before);
        }
        self.finish(begun.elapsed())
    }

    pub(super) fn step(&self) -> u64 {
        self.trainer.state().step
    }

    /// Epochs after `step` steps: pictures shown for each one there is.
    pub(super) fn epochs(&self, step: u64) -> f64 {
        let shown = step as f64 * self.settings.config.batch_size as f64;
        shown / self.pictures.len() as f64
    }

    /// The number that the last step has lost; where a checkpoint follows, any that is not one.
    fn lost(&self, losses: &Losses) -> Option<Lost> {
        let saved = self.step() == self.total || self.is_due(self.step());
        let hidden = || if saved { self.trainer.state().lost() } else { None };
        self.trainer.lost(losses).or_else(hidden)
    }

    /// Tells what is wrong with the learning, and when that has passed.
    fn watch(&mut self) {
        if self.settings.watch == Watching::Off {
            return;
        }
        for event in self.trainer.watch() {
            let said = words::of(&event, self.settings.config.lr);
            if event.begins {
                self.progress.warn(&said)
            } else {
                self.progress.say(&said)
            }
            self.tell(words::name(event.trouble), event.begins, said);
        }
    }

    /// Writes down what has been said.
    pub(super) fn tell(&mut self, about: &str, begins: bool, said: String) {
        let State { step, rollbacks, .. } = *self.trainer.state();
        let event = Event { step, rollbacks, about: about.to_owned(), begins, said };
        self.keep(|session| session.events.push(event));
    }

    /// Shows the step, and logs it if its turn has come.
    ///
    /// The speed is that since the line before, taken at the moment and the step in `since`.
    fn report(&mut self, losses: &Losses, since: &mut (Instant, u64)) {
        let step = self.step();
        let ms = since.0.elapsed().as_secs_f64() * 1e3 / (step - since.1) as f64;
        let batch = self.settings.config.batch_size;
        let record = Record::new(step, self.epochs(step), losses, ms, batch);
        self.progress.step(&record);
        if step.is_multiple_of(self.settings.log_every) || step == self.total {
            let line = record.with_gradients(self.trainer.gradient_norms());
            self.keep(|session| session.log.push(line));
            self.progress.interval(&record);
            *since = (Instant::now(), step);
        }
    }

    /// Samples and saves where an epoch whose turn it is has ended since step `before`.
    fn at_the_end_of_epochs(&mut self, before: u64) {
        let step = self.step();
        let (old, new) = (self.epochs(before), self.epochs(step));
        if step == self.total {
            return;
        }
        if ends(old, new, self.settings.sample_every) {
            self.keep(|session| session.write_samples(new as u64));
        }
        if self.is_due(step) {
            self.keep(Self::measure);
            self.keep(|session| session.write_checkpoint(session.turn()).map(drop));
        }
    }

    /// Does what need not succeed now: a full disk may have room again at the next interval, and
    /// the training so far must not be lost to it.
    pub(super) fn keep(&mut self, write: impl FnOnce(&mut Self) -> Result<()>) {
        let Err(error) = self.hold().and_then(|()| write(self)) else { return };
        let told = format!("{error:#}; the run goes on and will try again");
        // The log fails every few steps. Once is enough for those who read.
        if told != self.told {
            self.progress.warn(&told);
            self.told = told;
        }
    }

    /// Sees that there is a folder to write into.
    pub(super) fn hold(&mut self) -> Result<()> {
        if self.folder.hold(&self.settings)? {
            let folder = self.folder.path().display();
            self.progress.warn(&format!("{folder} was gone; it is made anew, and the run goes on"));
        }
        Ok(())
    }

    /// Measures the pictures of the checkpoint that is written next: killed in between, the run comes
    /// here again. Only where one is due by itself: the one of a run that is stopped would not be there
    /// without that.
    fn measure(&mut self) -> Result<()> {
        let Some(quality) = &self.quality else { return Ok(()) };
        let (step, epoch, floor) = (self.step(), self.epochs(self.step()), quality.floor);
        let found = quality.of(self.trainer.state());
        self.progress.say(&format!(
            "epoch {}: SWD {:.1} (real pictures among themselves {floor:.1})",
            epoch as u64,
            found.mean()
        ));
        self.metrics.push(Metric::new(step, epoch, &found, floor, quality.count()))
    }

    fn write_reals(&mut self) -> Result<()> {
        let shape = self.pictures.shape();
        let real = |i| Canvas::of_bytes(shape.side, shape.channels, self.pictures.get(i));
        let tiles: Vec<Canvas> = shown(self.pictures.len()).map(real).collect();
        crate::files::write(&self.folder.reals(), &Canvas::grid(&tiles, COLUMNS).png()?)
    }

    /// The grid after `epoch` epochs, and the curves up to here.
    fn write_samples(&mut self, epoch: u64) -> Result<()> {
        let state = self.trainer.state();
        let latents = latent::of_seeds(GRID, state.config.nz);
        let grid = Canvas::grid(&tiles(&Generator::new(state).generate(&latents)), COLUMNS);
        let made = Maker::of(state).grid(COLUMNS, Tiles::of_seeds(&GRID.collect::<Vec<_>>()));
        let path = self.folder.sample(epoch);
        crate::files::write(&path, &grid.png_of(&made)?)?;
        crate::files::write(&self.folder.losses(), &plot::losses(self.log.lines())?)?;
        self.progress.say(&format!("epoch {epoch}: {}", path.display()));
        Ok(())
    }

    fn interrupted(mut self) -> Result<Ending> {
        self.progress.end();
        if self.step() == 0 {
            crate::console::say(format_args!("Stopped before the first step; nothing is lost."));
            return Ok(Ending::Interrupted);
        }
        if let Some(lost) = self.trainer.state().lost() {
            return self.interrupted_in_vain(&lost);
        }
        let path = self.save(self.stop())?;
        let folder = self.folder.path().display();
        crate::console::say(format_args!(
            "Stopped after step {} of {} and saved {}.\nGo on with: dcgan train --out {folder} --resume",
            self.step(),
            self.total,
            path.display()
        ));
        Ok(Ending::Interrupted)
    }

    /// The last checkpoint and the last grid, named after the epoch in which the run ends.
    fn finish(mut self, time: Duration) -> Result<Ending> {
        self.progress.end();
        self.keep(Self::measure);
        self.save(self.turn())?;
        // The epoch that the last step has ended, or else the one that it has broken off.
        let ended = self.epochs(self.step()).floor();
        let begun_before = self.epochs(self.step() - 1).floor() == ended;
        let epoch = ended as u64 + u64::from(begun_before);
        let rest = self.write_samples(epoch).and_then(|()| self.log.complete());
        let rest = rest.and_then(|()| self.events.complete());
        rest.context("the run has ended and its last step is saved, but not all of the rest")?;
        let folder = self.folder.path().display();
        crate::console::say(format_args!(
            "Done: {} steps in {}.\nThe pictures are in {}; all of the run is in {folder}.\nMake more: dcgan generate --model {folder} --seeds 0-63 --grid pictures.png",
            self.step(),
            duration(time),
            self.folder.sample(epoch).display(),
        ));
        Ok(Ending::Done)
    }
}
