use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::log::Record;
use crate::console;

/// Redraws a second; more would only take time from the training.
const REDRAWS: u8 = 4;

/// What is shown while a run goes on: a bar on a terminal, plain lines elsewhere.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    total: u64,
    /// When, and at which step, this session began.
    begun: (Instant, u64),
}

impl Progress {
    /// For a run of `total` steps that stands at `step`.
    pub(crate) fn new(step: u64, total: u64) -> Result<Self> {
        let begun = (Instant::now(), step);
        if !stderr().is_terminal() {
            return Ok(Self { bar: None, total, begun });
        }
        let style = "{msg}\n{wide_bar:.green/dim} {human_pos}/{human_len} steps, {eta} left";
        let target = ProgressDrawTarget::stderr_with_hz(REDRAWS);
        let bar = ProgressBar::with_draw_target(Some(total), target)
            .with_style(ProgressStyle::with_template(style)?);
        bar.set_position(step);
        // Steps of an earlier session say nothing about the speed of this one.
        bar.reset_eta();
        Ok(Self { bar: Some(bar), total, begun })
    }

    /// After every step.
    pub(crate) fn step(&self, record: &Record) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!(
                "epoch {:.1}  loss G {:.3}  D real {:.3}  D fake {:.3}  D(x) {:.2}  D(G(z)) {:.2}  {:.0} images/s",
                record.epoch,
                record.loss_g,
                record.loss_d_real,
                record.loss_d_fake,
                record.d_x,
                record.d_g_z,
                record.images_per_second
            ));
            bar.set_position(record.step);
        }
    }

    /// Every few steps.
    pub(crate) fn interval(&self, record: &Record) {
        if self.bar.is_some() {
            return;
        }
        let (time, first) = (self.begun.0.elapsed(), self.begun.1);
        let left = time.mul_f64((self.total - record.step) as f64 / (record.step - first) as f64);
        console::say(format_args!(
            "step {}/{} epoch {:.2} loss_G {:.4} loss_D_real {:.4} loss_D_fake {:.4} D(x) {:.3} D(G(z)) {:.3} {:.0} images/s, {} left",
            record.step,
            self.total,
            record.epoch,
            record.loss_g,
            record.loss_d_real,
            record.loss_d_fake,
            record.d_x,
            record.d_g_z,
            record.images_per_second,
            duration(left)
        ));
    }

    /// The run goes on from an earlier step.
    pub(crate) fn back_to(&mut self, step: u64) {
        self.begun = (Instant::now(), step);
        if let Some(bar) = &self.bar {
            bar.set_position(step);
            bar.reset_eta();
        }
    }

    /// A line above the bar.
    pub(crate) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => console::say(line),
        }
    }

    /// A warning above the bar.
    pub(crate) fn warn(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(format!("warning: {line}")),
            None => console::note(format_args!("warning: {line}")),
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A bar for reading pictures, which hides itself where there is no terminal.
pub(crate) fn loading() -> Result<ProgressBar> {
    let style = "reading {human_pos}/{human_len} pictures {wide_bar:.green/dim} {eta} left";
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(REDRAWS));
    Ok(bar.with_style(ProgressStyle::with_template(style)?))
}

/// `1 h 02 min`, `4 min 05 s`, `7 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s:02} s"),
        (h, m, _) => format!("{h} h {m:02} min"),
    }
}
