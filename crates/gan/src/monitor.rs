//! Whether a run still learns, judged from what its steps compute anyway.
//!
//! [`observe`] looks at each step. A hundred steps make a [`Report`], every [`Symptom`] is judged by it,
//! and an [`Alert`] is raised when a symptom has persisted for several reports, and again when it has
//! cleared. All of that is a function of the steps taken and is saved with them, so that a resumed run
//! raises the same alerts. Where a run ends, [`at_end`] tells what is wrong with it then.
//!
//! [`NonFinite`] is worse: a NaN or infinity, from which no step recovers.

mod hysteresis;
mod non_finite;
mod norms;
mod report;
mod sample_grid;
mod saved;
mod signals;
mod symptom;

pub use non_finite::{NonFinite, Quantity};
pub use report::Report;
pub use symptom::Symptom;

pub(crate) use hysteresis::Hysteresis;
pub(crate) use report::Sums;
pub(crate) use sample_grid::SampleGrid;

use crate::{Engine, EngineError};
use report::REPORT_STEPS;
use signals::Signals;

/// Steps between two looks at the images of a batch, and at the norms of the gradients.
pub const LOOK_STEPS: u64 = 10;

/// What has been seen of a run so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Monitor {
    /// Sums for the next report.
    pub(crate) sums: Sums,
    /// Those of the last report, by which the end of a run is judged if it comes soon after.
    pub(crate) previous: Sums,
    /// One for each [`Symptom`] that may come and go.
    pub(crate) hysteresis: [Hysteresis; Symptom::RECURRING],
    /// The fixed-seed samples at the last report.
    pub(crate) grid: SampleGrid,
}

/// A symptom has started, or has cleared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alert {
    /// Which.
    pub symptom: Symptom,
    /// Whether it has started; otherwise it has cleared.
    pub starts: bool,
    /// For how many steps it has been present, or absent.
    pub steps: u64,
    /// The mean of [`Symptom::measure`] over these steps.
    pub mean: f64,
}

/// Looks at the last step of an engine; to be called once after each. Allocates for alerts, and every
/// hundred steps for a few samples and the folded generator that makes them.
///
/// # Errors
/// If the device of the engine fails.
pub fn observe(engine: &mut dyn Engine) -> Result<Vec<Alert>, EngineError> {
    let step = engine.progress().step;
    let signals = Signals::of_step(engine, step.is_multiple_of(LOOK_STEPS))?;
    let monitor = engine.monitor_mut();
    monitor.sums.add(signals);
    if !monitor.sums.are_complete() {
        return Ok(Vec::new());
    }
    let state = engine.state()?;
    let (grid, variance) = SampleGrid::from_state(state);
    let growth = (step == REPORT_STEPS).then(|| norms::largest_weight_growth(state));
    Ok(engine.monitor_mut().report(step, grid, variance.sqrt(), growth))
}

/// What is wrong with a run that ends with the last step of an engine: symptoms that have not cleared, and
/// those of its samples even if they are new, or so early in a run that they would be given more time. Empty in
/// the first hundred steps, of which nothing can be expected. Changes nothing, so that the run can continue.
///
/// # Errors
/// If the device of the engine fails.
pub fn at_end(engine: &mut dyn Engine) -> Result<Vec<Alert>, EngineError> {
    let step = engine.progress().step;
    let state = engine.state()?;
    let monitor = &state.monitor;
    let sums = monitor.previous.clone().plus(&monitor.sums);
    if step < REPORT_STEPS || sums.steps == 0 {
        return Ok(Vec::new());
    }
    let (grid, variance) = SampleGrid::from_state(state);
    let report = sums.report(variance.sqrt(), &grid, &monitor.grid);
    let present = |(symptom, hysteresis): (Symptom, &Hysteresis)| {
        let mean = symptom.measure(&report)?;
        let remains = hysteresis.active || symptom.shows_in_samples(mean);
        remains.then_some(Alert { symptom, starts: true, steps: sums.steps, mean })
    };
    Ok(Symptom::ALL.into_iter().zip(&monitor.hysteresis).filter_map(present).collect())
}

/// Why the engine on the CPU does not fail.
const CPU: &str = "the processor is there";

impl crate::Trainer {
    /// [`observe`] on this engine.
    pub fn monitor(&mut self) -> Vec<Alert> {
        observe(self).expect(CPU)
    }

    /// [`at_end`] of this engine.
    pub fn monitor_at_end(&mut self) -> Vec<Alert> {
        at_end(self).expect(CPU)
    }
}

impl Monitor {
    /// Judges the report of the last steps.
    fn report(
        &mut self,
        step: u64,
        grid: SampleGrid,
        spread: f64,
        growth: Option<f64>,
    ) -> Vec<Alert> {
        self.previous = std::mem::take(&mut self.sums);
        let report = Report { growth, ..self.previous.report(spread, &grid, &self.grid) };
        self.grid = grid;
        let judge = |(symptom, hysteresis): (Symptom, &mut Hysteresis)| {
            symptom.judge(step, &report, hysteresis)
        };
        // A symptom that is looked for once needs no memory.
        let mut once = [Hysteresis::default()];
        let hysteresis = self.hysteresis.iter_mut().chain(&mut once);
        Symptom::ALL.into_iter().zip(hysteresis).filter_map(judge).collect()
    }
}

#[cfg(test)]
mod tests;
