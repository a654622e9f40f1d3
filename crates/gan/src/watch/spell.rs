use serde::{Deserialize, Serialize};

/// What is found in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is so.
    Bad,
    /// Neither so nor not: a spell goes on, and none begins.
    Between,
    /// It is not so.
    Well,
}

/// How long it has been bad, or well again. That two thresholds and several reports in a row lie
/// between the one and the other keeps a run on the edge from being told of again and again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Spell {
    /// Whether it has been told that it is bad.
    pub(super) lasts: bool,
    /// Reports in a row that speak against `lasts`.
    reports: u64,
    /// The sum of what they measured.
    sum: f64,
}

/// A spell has begun or ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Turn {
    /// Reports in a row that say so.
    pub(super) reports: u64,
    /// The mean of what they measured.
    pub(super) mean: f64,
}

impl Spell {
    /// Takes in the next report; `patience` is how many in a row begin a spell, and end it.
    pub(super) fn take(
        &mut self,
        verdict: Verdict,
        measured: f64,
        patience: [u64; 2],
    ) -> Option<Turn> {
        let (against, enough) = match self.lasts {
            false => (Verdict::Bad, patience[0]),
            true => (Verdict::Well, patience[1]),
        };
        if verdict != against {
            *self = Self { lasts: self.lasts, ..Self::default() };
            return None;
        }
        self.reports = self.reports.saturating_add(1);
        self.sum += measured;
        if self.reports < enough {
            return None;
        }
        let turn = Turn { reports: self.reports, mean: self.sum / self.reports as f64 };
        *self = Self { lasts: !self.lasts, ..Self::default() };
        Some(turn)
    }
}
