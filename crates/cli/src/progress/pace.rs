use std::time::{Duration, Instant};

/// The largest number of lines for the epochs of a run.
const MOST_LINES: u64 = 200;

/// The share of a run, as its inverse, and the time after which a line is due although no epoch has ended.
const LONG: (u64, Duration) = (20, Duration::from_secs(60));

/// Decides after which steps a line is printed: one for each epoch, or for several if there are more than
/// [`MOST_LINES`], with more lines in an epoch that takes long.
#[derive(Debug)]
pub(crate) struct Pace {
    /// The step, the epoch and the time of the last line.
    last: (u64, f64, Instant),
}

impl Pace {
    pub(crate) fn new(step: u64, epoch: f64) -> Self {
        Self { last: (step, epoch, Instant::now()) }
    }

    /// Whether a line is due after this step.
    pub(crate) fn is_due(&mut self, step: u64, epoch: f64, total: u64) -> bool {
        let (last, last_epoch, time) = self.last;
        let steps = step.saturating_sub(last);
        let is_epoch = epoch.floor() > last_epoch.floor() && steps >= total.div_ceil(MOST_LINES);
        let is_long = steps >= total.div_ceil(LONG.0) && time.elapsed() >= LONG.1;
        let is_due = is_epoch || is_long || step == total;
        if is_due {
            self.last = (step, epoch, Instant::now());
        }
        is_due
    }
}
