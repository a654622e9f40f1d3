//! What is shown of a run while it trains, as text.

use std::time::Duration;

use dcgan_run::journal::Record;

use crate::console::{count, thousands};
use crate::live::fitted;
use crate::messages::duration;

/// Columns of a bar that is worth showing.
const SHORTEST_BAR: usize = 10;

/// How far a run is, and how long that took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    /// Steps taken.
    pub(crate) step: u64,
    /// Steps after which the run ends.
    pub(crate) total: u64,
    /// Epochs after which it ends, with a fraction.
    pub(crate) epochs: f64,
    /// Duration of this session.
    pub(crate) elapsed: Duration,
    /// Steps of this session, of which the remaining time is estimated.
    pub(crate) timed: u64,
    /// Their duration.
    pub(crate) time: Duration,
}

impl Position {
    /// The estimated time until the run ends; `None` before the first step of the session.
    fn left(&self) -> Option<Duration> {
        let steps = self.total.saturating_sub(self.step);
        (self.timed > 0).then(|| self.time.mul_f64(steps as f64 / self.timed as f64))
    }

    fn percent(&self) -> u64 {
        // Rounded down, so that 100 % is the end.
        (u128::from(self.step) * 100 / u128::from(self.total.max(1))) as u64
    }

    fn times(&self) -> String {
        let elapsed = format!("{} elapsed", duration(self.elapsed));
        match self.left() {
            Some(left) => format!("{elapsed}, {} left", duration(left)),
            None => elapsed,
        }
    }
}

/// The lines on a terminal of this width. They take 79 columns as long as their numbers are not unusually large.
pub(crate) fn frame(record: Option<&Record>, position: &Position, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(record) = record {
        let [epoch, losses @ ..] = items(record, position.epochs);
        let (losses, rest) = losses.split_at(3);
        lines.push(fitted(&[&[epoch], losses].concat(), width));
        let speed = format!("{:.0} images/s", record.images_per_second);
        lines.push(fitted(&[rest, &[speed]].concat(), width));
    }
    let steps = count(position.total, "step");
    let progress = [format!("{} % of {steps}", position.percent()), position.times()];
    let text = fitted(&progress, width);
    lines.push(match width.saturating_sub(text.chars().count() + 2) {
        room @ SHORTEST_BAR.. => format!("{}  {text}", bar(position, room)),
        _ => text,
    });
    lines
}

/// A line of a log that is printed, with the names that the lines on a terminal have.
pub(crate) fn plain(record: &Record, position: &Position) -> String {
    let step = format!("step {}/{}", thousands(position.step), thousands(position.total));
    let [epoch, rest @ ..] = items(record, position.epochs);
    let mut items = vec![epoch, step];
    items.extend(rest);
    items.push(format!("{:.0} images/s", record.images_per_second));
    items.push(position.times());
    items.join("  ")
}

/// The epoch, the three losses, and the two means of D.
fn items(record: &Record, epochs: f64) -> [String; 6] {
    let Record { epoch, loss_g, loss_d_real, loss_d_fake, d_x, d_g_z, .. } = *record;
    // With one decimal at most, and none for a whole number.
    let epochs = (epochs * 10.0).round() / 10.0;
    [
        format!("epoch {epoch:.1}/{epochs}"),
        format!("loss_G {loss_g:.3}"),
        format!("loss_D_real {loss_d_real:.3}"),
        format!("loss_D_fake {loss_d_fake:.3}"),
        format!("D(x) {d_x:.2}"),
        format!("D(G(z)) {d_g_z:.2}"),
    ]
}

fn bar(position: &Position, columns: usize) -> String {
    let share = position.step as f64 / position.total.max(1) as f64;
    let done = ((share * columns as f64) as usize).min(columns);
    let paint = |text: String| ::console::style(text).for_stderr();
    let (done, rest) = ("█".repeat(done), "░".repeat(columns - done));
    format!("{}{}", paint(done).green(), paint(rest).dim())
}
