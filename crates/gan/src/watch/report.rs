use serde::{Deserialize, Serialize};

use super::grid::Grid;
use super::signals::Signals;

/// Steps of which the means make a report.
pub(super) const REPORT: u64 = 100;

/// What a hundred steps have shown, on average.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Share of the real pictures that D takes for real.
    pub right_real: f64,
    /// Share of the generated ones that it does not.
    pub right_fake: f64,
    /// Mean logit of the real pictures less that of the generated ones.
    pub gap: f64,
    /// Standard deviation of a pixel in [−1, 1] from picture to picture: of the real ones, and of
    /// the generated ones. None where a batch is one picture.
    pub spreads: Option<[f64; 2]>,
    /// That spread of the fixed grid.
    pub spread_grid: f64,
    /// How far a pixel of the fixed grid has moved since the report before; None in the first one.
    pub moved: Option<f64>,
    /// The same in standard deviations from tile to tile; None where all are the same.
    pub restless: Option<f64>,
    /// How many times as large as they were drawn the weights are, of the network where they have
    /// grown more; only in the report on the first hundred steps.
    pub grown: Option<f64>,
}

/// The sums of which a [`Report`] is made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sums {
    steps: u64,
    right_real: f64,
    right_fake: f64,
    gap: f64,
    looks: u64,
    variances: [f64; 2],
}

impl Sums {
    pub(super) fn add(&mut self, signals: Signals) {
        self.steps = self.steps.saturating_add(1);
        self.right_real += signals.right_real;
        self.right_fake += signals.right_fake;
        self.gap += signals.gap;
        if let Some(variances) = signals.variances {
            self.looks = self.looks.saturating_add(1);
            self.variances[0] += variances[0];
            self.variances[1] += variances[1];
        }
    }

    /// Whether there are enough steps for a report.
    pub(super) fn suffice(&self) -> bool {
        self.steps >= REPORT
    }

    /// The means; the sums then begin anew.
    pub(super) fn report(&mut self, spread_grid: f64, grid: &Grid, before: &Grid) -> Report {
        let sums = std::mem::take(self);
        let [steps, looks] = [sums.steps, sums.looks].map(|n| n as f64);
        let (moved, varied) = (grid.distance(before), grid.spread());
        Report {
            right_real: sums.right_real / steps,
            right_fake: sums.right_fake / steps,
            gap: sums.gap / steps,
            spreads: (sums.looks > 0).then(|| sums.variances.map(|sum| (sum / looks).sqrt())),
            spread_grid,
            moved,
            restless: moved.filter(|_| varied > 0.0).map(|moved| moved / varied),
            grown: None,
        }
    }
}
