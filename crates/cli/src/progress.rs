use std::fmt::Write;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use anyhow::Result;
use dcgan_run::journal::{Metric, Record};
use dcgan_run::{Event, Observer};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::{console, messages};

/// Redraws per second; more would only slow down the training.
const REDRAWS: u8 = 4;

/// The template of the progress display on a terminal.
const TRAINING: &str =
    "{wide_msg}\n{prefix}\n{wide_bar:.green/dim} {percent} % of {human_len} steps, {left} left";

/// Shows a run while it trains: two lines and a bar on a terminal, plain lines elsewhere.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Whether there is a terminal.
    is_live: bool,
    loading: ProgressBar,
    /// Present while a run trains on a terminal.
    bar: Option<ProgressBar>,
    total: u64,
    /// The number of epochs, if the length of the run is given in epochs.
    epochs: Option<u64>,
    /// The time and the step at which this session started.
    start: (Instant, u64),
    /// Whether all lines could be written.
    outcome: Result<()>,
}

impl Progress {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            is_live: stderr().is_terminal(),
            loading: loading()?,
            bar: None,
            total: 0,
            epochs: None,
            start: (Instant::now(), 0),
            outcome: Ok(()),
        })
    }

    /// Removes the bars.
    ///
    /// # Errors
    /// If a line could not be written.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.clear();
        std::mem::replace(&mut self.outcome, Ok(()))
    }

    fn clear(&self) {
        self.loading.finish_and_clear();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Starts the bar of a run that is at `step`.
    fn begin(&mut self, step: u64, total: u64, epochs: Option<u64>) {
        (self.total, self.epochs, self.start) = (total, epochs, (Instant::now(), step));
        if !self.is_live {
            return;
        }
        let target = ProgressDrawTarget::stderr_with_hz(REDRAWS);
        let bar = ProgressBar::with_draw_target(Some(total), target).with_style(training_style());
        bar.set_position(step);
        // Steps of an earlier session must not count towards the speed of this one.
        bar.reset_eta();
        self.bar = Some(bar);
    }

    fn step(&self, record: &Record) {
        if let Some(bar) = &self.bar {
            let [losses, rest] = live_lines(record, self.epochs);
            bar.set_message(losses);
            bar.set_prefix(rest);
            bar.set_position(record.step);
        }
    }

    /// Prints a line of the log, if there is no terminal.
    fn log(&mut self, record: &Record) {
        if self.is_live {
            return;
        }
        let (time, first) = (self.start.0.elapsed(), self.start.1);
        let left = time.mul_f64((self.total - record.step) as f64 / (record.step - first) as f64);
        self.print(&plain_line(record, self.total, left));
    }

    fn rolled_back(&mut self, step: u64) {
        self.start = (Instant::now(), step);
        if let Some(bar) = &self.bar {
            bar.set_position(step);
            bar.reset_eta();
        }
    }

    /// Prints a line above the bar.
    fn print(&mut self, line: &str) {
        match &self.bar {
            Some(bar) if !bar.is_finished() => bar.println(line),
            _ => {
                let printed = console::print(line);
                if self.outcome.is_ok() {
                    self.outcome = printed;
                }
            }
        }
    }

    /// Prints a warning above the bar.
    fn warn(&self, warning: &str) {
        match &self.bar {
            Some(bar) if !bar.is_finished() => bar.println(format!("warning: {warning}")),
            _ => console::warn(warning),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Observer for Progress {
    fn event(&mut self, event: &Event<'_>) {
        self.loading.finish_and_clear();
        match *event {
            Event::Resumed { checkpoint: Some(path), step } => {
                self.print(&format!("Resuming from {} (step {step})", path.display()));
            }
            Event::Resumed { checkpoint: None, .. } => {
                self.print("The run has no checkpoint yet; starting from step 0");
            }
            Event::Images(message) => self.print(message),
            Event::Started { settings, images, folder, step, total, .. } => {
                self.print(&messages::started(settings, images, folder, total));
                self.begin(step, total, settings.epochs);
            }
            Event::Estimate { message, .. } => self.print(message),
            Event::Step(record) => self.step(record),
            Event::Log(record) => self.log(record),
            Event::Sample { epoch, path } => {
                let epoch = (epoch * 10.0).round() / 10.0;
                self.print(&format!("epoch {epoch}: {}", path.display()));
            }
            Event::Metric(&Metric { epoch, swd, floor, .. }) => self
                .print(&format!("epoch {}: SWD {swd:.1} (real vs. real {floor:.1})", epoch as u64)),
            Event::Symptom { starts: false, message, .. } => self.print(message),
            Event::Symptom { starts: true, message: warning, .. }
            | Event::Unresolved { message: warning, .. }
            | Event::Warning(warning)
            | Event::DiskTrouble(warning) => self.warn(warning),
            Event::RolledBack { to, message, .. } => {
                self.warn(message);
                self.rolled_back(to);
            }
            Event::Interrupted { step, total, folder, checkpoint, lost } => {
                self.clear();
                self.print(&match (checkpoint, lost) {
                    (Some(path), _) => messages::stopped(step, total, path, folder),
                    (None, Some(lost)) => format!(
                        "Stopped after {lost}, so it is not saved.\nResume from the last checkpoint with: {}",
                        messages::resume(folder)
                    ),
                    (None, None) => "Stopped before the first step; nothing is lost.".to_owned(),
                });
            }
            Event::Finished { steps, time, sample, folder } => {
                self.clear();
                self.print(&messages::finished(steps, time, sample, folder));
            }
            Event::AlreadyComplete { steps, epochs, folder } => {
                self.print(&messages::already_complete(steps, epochs, folder));
            }
            // Regular checkpoints are not reported.
            _ => {}
        }
    }

    fn reading(&self, done: usize, total: usize) {
        self.loading.set_length(total as u64);
        self.loading.set_position(done as u64);
    }
}

/// The two lines above the bar, of at most 79 columns.
pub(crate) fn live_lines(record: &Record, epochs: Option<u64>) -> [String; 2] {
    let Record { epoch, loss_g, loss_d_real, loss_d_fake, d_x, d_g_z, .. } = *record;
    let of = epochs.map(|epochs| format!("/{epochs}")).unwrap_or_default();
    [
        format!(
            "epoch {epoch:.1}{of}  loss_G {loss_g:.3}  loss_D_real {loss_d_real:.3}  loss_D_fake {loss_d_fake:.3}"
        ),
        format!("D(x) {d_x:.2}  D(G(z)) {d_g_z:.2}  {:.0} images/s", record.images_per_second),
    ]
}

/// A line of the log, as it is printed into a pipe or a file.
fn plain_line(record: &Record, total: u64, left: Duration) -> String {
    let Record { step, epoch, loss_g, loss_d_real, loss_d_fake, d_x, d_g_z, .. } = *record;
    format!(
        "step {step}/{total} epoch {epoch:.2} loss_G {loss_g:.4} loss_D_real {loss_d_real:.4} loss_D_fake {loss_d_fake:.4} D(x) {d_x:.3} D(G(z)) {d_g_z:.3} {:.0} images/s, {} left",
        record.images_per_second,
        messages::duration(left)
    )
}

fn training_style() -> ProgressStyle {
    style(TRAINING).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A style in which `{left}` is the remaining time.
fn style(template: &str) -> Result<ProgressStyle> {
    let left = |state: &ProgressState, out: &mut dyn Write| {
        let _ = out.write_str(&messages::duration(state.eta()));
    };
    Ok(ProgressStyle::with_template(template)?.with_key("left", left))
}

/// A progress bar for reading images, hidden if there is no terminal.
pub(crate) fn loading() -> Result<ProgressBar> {
    let template = "reading {human_pos}/{human_len} images {wide_bar:.green/dim} {left} left";
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(REDRAWS));
    Ok(bar.with_style(style(template)?))
}
