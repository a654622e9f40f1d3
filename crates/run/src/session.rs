use std::path::Path;
use std::time::{Duration, Instant};

use dcgan_data::{Batches, Images};
use dcgan_gan::monitor::NonFinite;
use dcgan_gan::{Engine, Losses};

use crate::cache;
use crate::checkpoint_dir::Reason;
use crate::control::Control;
use crate::journal::{Incidents, Log, Metrics, Record};
use crate::observer::{Event, Observer};
use crate::origin::Program;
use crate::quality::Quality;
use crate::retention::epoch_boundary;
use crate::run_error::{Context, Result};
use crate::run_folder::RunFolder;
use crate::settings::Settings;
use estimate::Stopwatch;

mod estimate;
mod monitoring;
mod rollback;
mod samples;
mod saving;

/// How a session ended, if it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The run has taken its last step.
    Finished,
    /// Its [`Control`] stopped it; the run can be resumed.
    Interrupted,
    /// The run had taken its last step before, and nothing was done.
    AlreadyComplete,
}

/// One process's share of a run: the loop around the training step, and the files that it leaves.
pub struct Session<'a> {
    pub(crate) settings: Settings,
    pub(crate) folder: RunFolder,
    pub(crate) images: Images,
    pub(crate) batches: Batches,
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) log: Log,
    pub(crate) metrics: Metrics,
    /// Only where the best checkpoints are kept.
    pub(crate) quality: Option<Quality>,
    pub(crate) incidents: Incidents,
    /// Steps after which the run ends.
    pub(crate) total: u64,
    pub(crate) program: Program,
    pub(crate) observer: &'a mut dyn Observer,
    /// The last problem that was reported.
    pub(crate) trouble: String,
}

impl Session<'_> {
    /// The folder of the run.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Trains until the end of the run, or until `control` stops it.
    ///
    /// # Errors
    /// If training diverges, or the last checkpoint or grid cannot be written.
    pub fn run(mut self, control: &dyn Control) -> Result<Outcome> {
        if self.is_complete() {
            // A run that was killed after its last checkpoint still lacks its last grid.
            return match self.folder.sample(self.last_epoch()).exists() {
                true => Ok(self.already_complete()),
                false => self.finish_files(Duration::ZERO),
            };
        }
        if self.step() == 0 {
            self.attempt(Self::write_real_images);
            self.attempt(|session| session.write_epoch_samples(0));
        }
        let start = Instant::now();
        let mut since = (start, self.step());
        let mut stopwatch = Stopwatch::default();
        while self.step() < self.total {
            if control.stop() {
                return self.interrupted();
            }
            let before = self.step();
            let losses = self.train_step(control);
            if let Some(lost) = self.non_finite(&losses) {
                self.diverged(&lost)?;
                since = (Instant::now(), self.step());
                stopwatch.discard_lap();
                continue;
            }
            self.monitor();
            self.record(&losses, &mut since);
            self.epoch_ends(before);
            self.serve_requests(control);
            self.estimate(&mut stopwatch);
        }
        self.finish(start.elapsed())
    }

    /// Whether the run has taken its last step.
    pub(crate) fn is_complete(&self) -> bool {
        self.step() >= self.total
    }

    pub(crate) fn step(&self) -> u64 {
        self.engine.progress().step
    }

    /// Epochs after `step` steps, with a fraction.
    fn epochs(&self, step: u64) -> f64 {
        let images_used = step as f64 * self.settings.config.batch_size as f64;
        images_used / self.images.len() as f64
    }

    /// Takes a step on the next batch.
    fn train_step(&mut self, control: &dyn Control) -> Losses {
        let Self { batches, images, engine, .. } = self;
        batches.fill_batch(engine.progress().step, images, engine.real());
        let mut losses = None;
        control.around_step(&mut || losses = Some(engine.step()));
        losses.unwrap_or_else(|| engine.step())
    }

    /// The first non-finite value that the last step produced; before a checkpoint, the whole state is checked.
    fn non_finite(&mut self, losses: &Losses) -> Option<NonFinite> {
        let saves = self.step() == self.total || self.is_due(self.step());
        let found = self.engine.non_finite(losses);
        found.or_else(|| if saves { self.engine.state().non_finite() } else { None })
    }

    /// Reports the step, and logs it if that is due.
    ///
    /// The speed is averaged since the last line of the log, whose time and step are in `since`.
    fn record(&mut self, losses: &Losses, since: &mut (Instant, u64)) {
        let step = self.step();
        let ms = since.0.elapsed().as_secs_f64() * 1e3 / (step - since.1) as f64;
        let batch = self.settings.config.batch_size;
        let record = Record::new(step, self.epochs(step), losses, ms, batch);
        self.observer.event(&Event::Step(&record));
        if step.is_multiple_of(self.settings.log_every) || step == self.total {
            let line = record.with_gradients(self.engine.gradient_norms());
            self.attempt(|session| session.log.push(line));
            self.observer.event(&Event::Log(&line));
            *since = (Instant::now(), step);
        }
    }

    /// Writes samples and a checkpoint if an epoch after which they are due has ended since step `before`.
    fn epoch_ends(&mut self, before: u64) {
        let step = self.step();
        let (old, new) = (self.epochs(before), self.epochs(step));
        if step == self.total {
            return;
        }
        if epoch_boundary(old, new, self.settings.sample_every) {
            self.attempt(|session| session.write_epoch_samples(new as u64));
        }
        if self.is_due(step) {
            self.attempt(Self::measure);
            self.attempt(|session| session.write_checkpoint(session.due_reason()).map(drop));
        }
    }

    /// Writes what `control` requests.
    fn serve_requests(&mut self, control: &dyn Control) {
        let step = self.step();
        if control.sample_now() {
            let (path, epoch) = (self.folder.requested_sample(step), self.epochs(step));
            self.attempt(|session| session.write_samples(&path, epoch));
        }
        // The last one is saved in any case.
        if control.checkpoint_now() && step < self.total {
            match self.engine.state().non_finite() {
                Some(lost) => self.warn(&format!("{lost}; the checkpoint is not saved")),
                None => {
                    let reason = self.reason_or(Reason::Requested);
                    self.attempt(|session| session.write_checkpoint(reason).map(drop));
                }
            }
        }
    }

    fn already_complete(self) -> Outcome {
        let steps = self.step();
        let epochs = self.settings.epochs.unwrap_or(self.batches.epoch(steps).max(1));
        self.observer.event(&Event::AlreadyComplete {
            steps,
            epochs: epochs.saturating_mul(2),
            folder: self.folder.path(),
        });
        Outcome::AlreadyComplete
    }

    fn interrupted(mut self) -> Result<Outcome> {
        let lost = self.engine.state().non_finite();
        if let Some(lost) = &lost {
            self.check_resumable(lost)?;
        }
        let checkpoint = if self.step() > 0 && lost.is_none() {
            let reason = self.reason_or(Reason::Stopped);
            Some(self.save_last(reason)?)
        } else {
            None
        };
        self.observer.event(&Event::Interrupted {
            step: self.engine.progress().step,
            total: self.total,
            folder: self.folder.path(),
            checkpoint: checkpoint.as_deref(),
            lost: lost.as_ref(),
        });
        Ok(Outcome::Interrupted)
    }

    /// The last checkpoint, and the last grid, which is named after the epoch in which the run ends.
    fn finish(mut self, time: Duration) -> Result<Outcome> {
        self.attempt(Self::measure);
        self.save_last(self.due_reason())?;
        self.finish_files(time)
    }

    /// The epoch that ended with the last step, or the one that was still in progress.
    fn last_epoch(&self) -> u64 {
        let ended = self.epochs(self.step()).floor();
        let started_before = self.epochs(self.step() - 1).floor() == ended;
        ended as u64 + u64::from(started_before)
    }

    /// What follows the last checkpoint.
    fn finish_files(mut self, time: Duration) -> Result<Outcome> {
        let epoch = self.last_epoch();
        let rest = self.write_epoch_samples(epoch).and_then(|()| self.log.complete());
        let rest = rest.and_then(|()| self.incidents.complete());
        rest.context("the run has ended and its last step is saved, but other files are not")?;
        cache::remove(&self.folder);
        self.report_unresolved();
        self.observer.event(&Event::Finished {
            steps: self.engine.progress().step,
            time,
            sample: &self.folder.sample(epoch),
            folder: self.folder.path(),
        });
        Ok(Outcome::Finished)
    }
}
