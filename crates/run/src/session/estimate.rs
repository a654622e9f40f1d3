use std::time::{Duration, Instant};

use super::Session;
use crate::messages::{counted, rough, thousands};
use crate::observer::Event;

/// Steps that are timed for the estimate.
const TIMED: usize = 5;

/// Times the first steps of a session but for the very first one, which takes longer, because its memory is new.
#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    /// The end of the step before.
    last: Option<Instant>,
    laps: [Duration; TIMED],
    /// Laps so far.
    taken: usize,
}

impl Stopwatch {
    /// Ends the lap of a step. After the last lap, once, the median: one of the steps may have written samples.
    pub(super) fn lap(&mut self, now: Instant) -> Option<Duration> {
        let last = self.last.replace(now)?;
        let lap = self.laps.get_mut(self.taken)?;
        *lap = now - last;
        self.taken += 1;
        if self.taken < TIMED {
            return None;
        }
        self.laps.sort_unstable();
        Some(self.laps[TIMED / 2])
    }

    /// Leaves out the time since the step before.
    pub(super) fn discard_lap(&mut self) {
        self.last = None;
    }
}

impl Session<'_> {
    /// Reports how long the session will take, as soon as a few steps have been timed.
    pub(super) fn estimate(&mut self, stopwatch: &mut Stopwatch) {
        let Some(step) = stopwatch.lap(Instant::now()) else { return };
        // One was not timed.
        let before = self.step().saturating_sub(TIMED as u64 + 1);
        let steps = self.total - before;
        let (time, ms_per_step) = (step.mul_f64(steps as f64), step.as_secs_f64() * 1e3);
        let message = message(before > 0, steps, time, ms_per_step);
        self.observer.event(&Event::Estimate { steps, time, ms_per_step, message: &message });
    }
}

fn message(resumed: bool, steps: u64, time: Duration, ms_per_step: f64) -> String {
    let steps = match resumed {
        true => format!("the remaining {}", counted(steps, "step")),
        false => counted(steps, "step"),
    };
    let ms = match ms_per_step {
        ms if ms < 10.0 => format!("{ms:.1}"),
        ms => thousands(ms.round() as u64),
    };
    format!("about {} for {steps} ({ms} ms a step)", rough(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_the_first_laps_is_reported_once() {
        let start = Instant::now();
        let mut stopwatch = Stopwatch::default();
        let mut now = 0;
        let mut lap = |ms: u64| {
            now += ms;
            stopwatch.lap(start + Duration::from_millis(now))
        };
        // The first step is not timed, and one writes samples.
        let laps = [900, 10, 12, 700, 11, 13, 10, 10].map(&mut lap);
        let mut expected = [None; 8];
        expected[5] = Some(Duration::from_millis(12));
        assert_eq!(laps, expected);
    }

    #[test]
    fn a_rollback_is_not_timed() {
        let start = Instant::now();
        let mut stopwatch = Stopwatch::default();
        for (i, ms) in [0, 10, 20, 30].into_iter().enumerate() {
            assert_eq!(stopwatch.lap(start + Duration::from_millis(ms)), None, "{i}");
        }
        stopwatch.discard_lap();
        for ms in [5000, 5010] {
            assert_eq!(stopwatch.lap(start + Duration::from_millis(ms)), None);
        }
        let median = stopwatch.lap(start + Duration::from_millis(5020));
        assert_eq!(median, Some(Duration::from_millis(10)));
    }

    #[test]
    fn an_estimate_is_one_line() {
        let line = |resumed, steps, ms: f64| {
            message(resumed, steps, Duration::from_secs_f64(ms / 1e3 * steps as f64), ms)
        };
        assert_eq!(line(false, 15_000, 100.4), "about 25 min for 15,000 steps (100 ms a step)");
        assert_eq!(line(true, 1, 2500.0), "about 3 s for the remaining 1 step (2,500 ms a step)");
        assert_eq!(line(false, 100, 1.25), "about 1 s for 100 steps (1.2 ms a step)");
        assert_eq!(line(false, 15_000, 2.0), "about 30 s for 15,000 steps (2.0 ms a step)");
        assert_eq!(
            line(false, 400_000, 99.0),
            "about 11 h 00 min for 400,000 steps (99 ms a step)"
        );
    }
}
