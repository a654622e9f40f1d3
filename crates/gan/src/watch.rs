//! Whether a run still learns, from what its steps compute anyway.
//!
//! [`crate::Trainer::watch`] looks at each step. A hundred looks make a [`Report`], each [`Trouble`]
//! judges it, and a spell of bad reports is an [`Event`] when it begins and another when it has
//! ended. All of that is a function of the steps taken, and is saved with them, so that a run that
//! was stopped says what it would have said.
//!
//! [`Lost`] is worse: a number that is none any more, from which no step leads back.

mod grid;
mod lost;
mod report;
mod signals;
mod size;
mod spell;
mod trouble;

use serde::{Deserialize, Serialize};

pub use lost::{Lost, What};
pub use report::Report;
pub use trouble::Trouble;

use crate::Trainer;
use grid::Grid;
use report::{REPORT, Sums};
use spell::Spell;

/// Steps from one look at the pictures of a batch to the next.
const LOOK: u64 = 10;

/// What has been seen of a run so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// Of the report to come.
    sums: Sums,
    /// One for each [`Trouble`] that may come and go.
    spells: [Spell; Trouble::LASTING],
    /// The fixed grid when it was looked at last.
    grid: Grid,
}

/// Something that is to be said: once when a trouble begins, once when it has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// What it is.
    pub trouble: Trouble,
    /// Whether it has begun, or else has ended.
    pub begins: bool,
    /// Steps for which it has been so, or not been so any more.
    pub steps: u64,
    /// What [`Trouble::measure`] gave in these steps, on average.
    pub mean: f64,
}

impl Trainer {
    /// Looks at the step that was taken last; call it once after each. Allocates nothing but what is
    /// to be said, and every hundred steps a few pictures.
    pub fn watch(&mut self) -> Vec<Event> {
        let closely = self.state().step.is_multiple_of(LOOK);
        let signals = self.signals(closely);
        let state = self.state_mut();
        state.watch.sums.add(signals);
        if !state.watch.sums.suffice() {
            return Vec::new();
        }
        let (grid, variance) = Grid::of(state);
        let grown = (state.step == REPORT).then(|| size::growth_of(state));
        state.watch.report(state.step, grid, variance.sqrt(), grown)
    }
}

impl Watch {
    /// The report of the last steps, judged.
    fn report(&mut self, step: u64, grid: Grid, spread: f64, grown: Option<f64>) -> Vec<Event> {
        let report = Report { grown, ..self.sums.report(spread, &grid, &self.grid) };
        self.grid = grid;
        let judge = |(trouble, spell): (Trouble, &mut Spell)| trouble.judge(step, &report, spell);
        // What is told of the beginning alone leaves nothing to keep.
        let mut once = [Spell::default()];
        let spells = self.spells.iter_mut().chain(&mut once);
        Trouble::ALL.into_iter().zip(spells).filter_map(judge).collect()
    }
}

#[cfg(test)]
mod tests;
