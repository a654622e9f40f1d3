use std::path::Path;
use std::time::{Duration, Instant};

use dcgan_data::{Batches, Images};
use dcgan_gan::monitor::NonFinite;
use dcgan_gan::{Engine, Losses};

use crate::checkpoint_dir::{self, Reason};
use crate::control::Control;
use crate::evaluation::Evaluator;
use crate::journal::{Evaluations, Incidents, Log, Metrics, Record};
use crate::observer::{Event, Observer};
use crate::origin::Program;
use crate::quality::Quality;
use crate::retention::epoch_boundary;
use crate::run_error::{Result, RunError};
use crate::run_folder::RunFolder;
use crate::settings::Settings;
use estimate::Stopwatch;

mod ending;
mod estimate;
mod evaluating;
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
    pub(crate) evaluations: Evaluations,
    /// Only where the generator is evaluated.
    pub(crate) evaluator: Option<Evaluator>,
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
    /// If training diverges, the device fails, or the last checkpoint or grid cannot be written.
    pub fn run(self, control: &dyn Control) -> Result<Outcome> {
        let folder = self.folder.clone();
        self.train(control).map_err(|error| match error {
            RunError::Engine(cause) => {
                let newest = checkpoint_dir::list(folder.path()).ok().and_then(|mut all| all.pop());
                let newest = newest.map(|saved| saved.name.step);
                RunError::DeviceFailed { cause, newest, folder: folder.path().to_owned() }
            }
            other => other,
        })
    }

    fn train(mut self, control: &dyn Control) -> Result<Outcome> {
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
            let losses = self.train_step(control)?;
            if let Some(lost) = self.non_finite(&losses)? {
                self.diverged(&lost)?;
                since = (Instant::now(), self.step());
                stopwatch.discard_lap();
                continue;
            }
            self.monitor()?;
            self.record(&losses, &mut since);
            if let Some(time) = self.evaluate_if_due(before) {
                // It is not part of a step.
                since.0 += time;
                stopwatch.discard_lap();
            }
            self.epoch_ends(before);
            self.serve_requests(control)?;
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
    fn train_step(&mut self, control: &dyn Control) -> Result<Losses> {
        let Self { batches, images, engine, .. } = self;
        batches.fill_batch(engine.progress().step, images, engine.real());
        let mut losses = None;
        control.around_step(&mut || losses = Some(engine.step()));
        Ok(losses.unwrap_or_else(|| engine.step())?)
    }

    /// The first non-finite value that the last step produced; before a checkpoint, the whole state is checked.
    fn non_finite(&mut self, losses: &Losses) -> Result<Option<NonFinite>> {
        let saves = self.step() == self.total || self.is_due(self.step());
        match self.engine.non_finite(losses)? {
            None if saves => Ok(self.engine.state()?.non_finite()),
            found => Ok(found),
        }
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
    fn serve_requests(&mut self, control: &dyn Control) -> Result<()> {
        let step = self.step();
        if control.sample_now() {
            let (path, epoch) = (self.folder.requested_sample(step), self.epochs(step));
            self.attempt(|session| session.write_samples(&path, epoch));
        }
        // The last one is saved in any case.
        if control.checkpoint_now() && step < self.total {
            match self.engine.state()?.non_finite() {
                Some(lost) => self.warn(&format!("{lost}; the checkpoint is not saved")),
                None => {
                    let reason = self.reason_or(Reason::Requested)?;
                    self.attempt(|session| session.write_checkpoint(reason).map(drop));
                }
            }
        }
        Ok(())
    }
}
