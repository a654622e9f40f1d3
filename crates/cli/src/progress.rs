use std::fmt::Display;
use std::io::{IsTerminal, stdout};
use std::time::Instant;

use anyhow::Result;
use dcgan_run::journal::Record;
use dcgan_run::{Event, Observer};

mod display;
mod pace;

use crate::invocation::Invocation;
use crate::live::Live;
use crate::loading::Loading;
use crate::{console, messages};

pub(crate) use display::{Position, frame, plain};
pub(crate) use pace::Pace;

/// Shows a run while it trains: a few lines that change on a terminal, a line for each epoch elsewhere.
#[derive(Debug)]
pub(crate) struct Progress<'a> {
    invocation: &'a Invocation,
    loading: Loading,
    /// The terminal on standard error.
    live: Option<Live>,
    /// Whether standard output is no terminal, and so gets the lines of the epochs.
    is_plain: bool,
    /// Present while a run trains.
    training: Option<Training>,
    /// Whether all lines could be written.
    outcome: Result<()>,
}

/// The run that trains.
#[derive(Debug)]
struct Training {
    total: u64,
    /// Epochs after which the run ends, with a fraction.
    epochs: f64,
    start: Instant,
    /// The step and the time from which the speed is measured: the start, or the last rollback.
    timed_from: (u64, Instant),
    /// The last step.
    record: Option<Record>,
    /// When a line is due.
    pace: Option<Pace>,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(invocation: &'a Invocation) -> Self {
        let live = Live::new().filter(|_| !invocation.quiet);
        let is_plain = !invocation.quiet && (live.is_none() || !stdout().is_terminal());
        let loading = Loading::new(invocation.quiet);
        Self { invocation, loading, live, is_plain, training: None, outcome: Ok(()) }
    }

    /// Removes the display.
    ///
    /// # Errors
    /// If a line could not be written.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.end();
        std::mem::replace(&mut self.outcome, Ok(()))
    }

    /// Removes the display, and shows it no more.
    fn end(&mut self) {
        self.clear();
        self.training = None;
    }

    fn clear(&self) {
        self.live.iter().for_each(Live::clear);
    }

    /// Shows the display again after [`clear`](Self::clear).
    fn redraw(&self) {
        if let (Some(live), Some(training)) = (&self.live, &self.training) {
            live.draw(|width| training.frame(width));
        }
    }

    /// Starts the display of a run that is at `step`.
    fn begin(&mut self, step: u64, total: u64, epochs: f64) {
        let start = Instant::now();
        let (timed_from, record, pace) = ((step, start), None, None);
        self.training = Some(Training { total, epochs, start, timed_from, record, pace });
        self.redraw();
    }

    fn step(&mut self, record: &Record) {
        let Some(training) = &mut self.training else { return };
        training.record = Some(*record);
        let is_due = training.is_line_due(record);
        match &self.live {
            Some(live) if record.step == training.total => live.draw(|width| training.frame(width)),
            Some(live) => live.draw_if_due(|width| training.frame(width)),
            None => {}
        }
        if is_due && self.is_plain {
            let line = plain(record, &training.position());
            self.print(&[line]);
        }
    }

    fn rolled_back(&mut self, step: u64) {
        if let Some(training) = &mut self.training {
            training.timed_from = (step, Instant::now());
            (training.record, training.pace) = (None, None);
        }
    }

    /// Prints lines on standard output, above the display.
    fn print(&mut self, lines: &[impl Display]) {
        self.clear();
        let printed = lines.iter().try_for_each(|line| self.invocation.status(line));
        if self.outcome.is_ok() {
            self.outcome = printed;
        }
        self.redraw();
    }

    /// Prints a warning above the display.
    fn warn(&self, warning: &str) {
        self.clear();
        console::warn(warning);
        self.redraw();
    }

    /// The lines that end a session.
    fn last(&mut self, lines: &[impl Display]) {
        self.end();
        self.print(lines);
    }
}

impl Training {
    fn position(&self) -> Position {
        let (from, time) = self.timed_from;
        let step = self.record.map_or(from, |record| record.step);
        Position {
            step,
            total: self.total,
            epochs: self.epochs,
            elapsed: self.start.elapsed(),
            timed: step.saturating_sub(from),
            time: time.elapsed(),
        }
    }

    fn frame(&self, width: usize) -> Vec<String> {
        frame(self.record.as_ref(), &self.position(), width)
    }

    fn is_line_due(&mut self, record: &Record) -> bool {
        let before = self.timed_from.0;
        // The epoch in which the session started.
        let epoch = record.epoch * before as f64 / record.step.max(1) as f64;
        let pace = self.pace.get_or_insert_with(|| Pace::new(before, epoch));
        pace.is_due(record.step, record.epoch, self.total)
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

impl Observer for Progress<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if self.training.is_none() {
            self.loading.clear();
        }
        match *event {
            Event::Resumed { checkpoint: Some(path), step } => {
                self.print(&[messages::resumed(path, step)]);
            }
            Event::Resumed { checkpoint: None, .. } => {
                self.print(&["The run has no checkpoint yet; starting from step 0"]);
            }
            Event::Started { settings, images, folder, step, total, device_memory, .. } => {
                self.print(&messages::started(settings, images, folder, (total, device_memory)));
                let of_step = settings.config.batch_size as f64 / images as f64;
                self.begin(
                    step,
                    total,
                    settings.epochs.map_or(total as f64 * of_step, |n| n as f64),
                );
            }
            Event::Images(message) | Event::Estimate { message, .. } => self.print(&[message]),
            Event::Step(record) => self.step(record),
            Event::Sample { epoch, path } => self.print(&[messages::sample(epoch, path)]),
            Event::Metric(metric) => self.print(&[messages::quality(metric)]),
            Event::Evaluation(evaluation) => self.print(&[messages::evaluation(evaluation)]),
            Event::Symptom { starts: false, message, .. } => self.print(&[message]),
            Event::Symptom { starts: true, message: warning, .. }
            | Event::Unresolved { message: warning, .. }
            | Event::Warning(warning)
            | Event::DiskTrouble(warning) => self.warn(warning),
            Event::RolledBack { to, message, .. } => {
                self.warn(message);
                self.rolled_back(to);
            }
            Event::Interrupted { step, total, folder, checkpoint, lost } => {
                let resume = self.invocation.resume(folder, "");
                self.last(&match (checkpoint, lost) {
                    (Some(path), _) => messages::stopped(step, total, path, &resume),
                    (None, Some(lost)) => messages::stopped_lost(lost, &resume),
                    (None, None) => {
                        vec!["Stopped before the first step; nothing is lost.".to_owned()]
                    }
                });
            }
            Event::Finished { steps, time, sample, folder } => {
                let generate = self.invocation.command(
                    "generate --model",
                    folder,
                    "--seeds 0-63 --grid samples.png",
                );
                self.last(&messages::finished(steps, time, sample, &generate));
            }
            Event::AlreadyComplete { steps, epochs, folder } => {
                let resume = self.invocation.resume(folder, &format!("--epochs {epochs}"));
                self.print(&messages::complete(folder, steps, &resume));
            }
            // Regular checkpoints are not reported.
            _ => {}
        }
    }

    fn reading(&self, done: usize, total: usize) {
        self.loading.show(done, total);
    }
}
