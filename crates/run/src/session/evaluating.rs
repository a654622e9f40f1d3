use std::time::{Duration, Instant};

use super::Session;
use crate::files;
use crate::journal::Evaluation;
use crate::observer::Event;
use crate::plot;
use crate::provenance::Illustration;
use crate::retention::epoch_boundary;
use crate::run_error::Result;

impl Session<'_> {
    /// Evaluates the generator if an epoch after which that is due has ended since step `before`, or the run ends.
    /// Returns how long that took, if it was due.
    ///
    /// It does not depend on where the run was stopped. It comes before the checkpoint of the same step, so a run
    /// that is killed in between evaluates again.
    pub(super) fn evaluate_if_due(&mut self, before: u64) -> Option<Duration> {
        let (step, every) = (self.step(), self.settings.evaluate_every);
        let ends = || epoch_boundary(self.epochs(before), self.epochs(step), every);
        if every == 0 || !(step == self.total || ends()) {
            return None;
        }
        let start = Instant::now();
        self.attempt(Self::evaluate);
        Some(start.elapsed())
    }

    fn evaluate(&mut self) -> Result<()> {
        let (step, epoch) = (self.step(), self.epochs(self.step()));
        let Some(evaluator) = &mut self.evaluator else { return Ok(()) };
        let state = self.engine.state_to_show()?;
        // The run will roll back or end with the next step.
        if state.non_finite().is_some() {
            return Ok(());
        }
        let figures = evaluator.figures(&self.images, state);
        let evaluation = Evaluation::new(step, epoch, evaluator.count(), figures);
        self.observer.event(&Event::Evaluation(&evaluation));
        self.evaluations.push(evaluation)?;
        let plot = plot::quality(self.folder.path(), self.evaluations.lines())?;
        files::write(&self.folder.quality(), &Illustration::Quality.png(&plot, self.program)?)
    }
}
