/// How one report bears on a symptom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The symptom is present.
    Present,
    /// Between the thresholds: a symptom neither starts nor clears.
    Between,
    /// The symptom is absent.
    Absent,
}

/// How long a symptom has been present, or absent again. Two thresholds, and several reports in a row
/// for a change, keep a run on the edge from raising alerts again and again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hysteresis {
    /// Whether an alert has been raised that has not cleared yet.
    pub(crate) active: bool,
    /// Reports in a row that contradict `active`.
    pub(crate) reports: u64,
    /// The sum of their measurements.
    pub(crate) sum: f64,
}

/// A symptom has started or cleared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Transition {
    /// Reports in a row that show it.
    pub(super) reports: u64,
    /// The mean of their measurements.
    pub(super) mean: f64,
}

impl Hysteresis {
    /// Takes the next report into account; `patience` is the number of reports in a row after which a
    /// symptom starts, and after which it clears.
    pub(super) fn update(
        &mut self,
        verdict: Verdict,
        measured: f64,
        patience: [u64; 2],
    ) -> Option<Transition> {
        let (contradicting, enough) = match self.active {
            false => (Verdict::Present, patience[0]),
            true => (Verdict::Absent, patience[1]),
        };
        if verdict != contradicting {
            *self = Self { active: self.active, ..Self::default() };
            return None;
        }
        self.reports = self.reports.saturating_add(1);
        self.sum += measured;
        if self.reports < enough {
            return None;
        }
        let mean = self.sum / self.reports as f64;
        let transition = Transition { reports: self.reports, mean };
        *self = Self { active: !self.active, ..Self::default() };
        Some(transition)
    }
}
