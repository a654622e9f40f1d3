use super::sample_grid::SampleGrid;
use super::signals::Signals;

/// Steps in a report.
pub(super) const REPORT_STEPS: u64 = 100;

/// The means over a hundred steps.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// D's accuracy: the share of real images that it takes for real, and of generated ones that it does
    /// not. `None` if the objective has no decision boundary.
    pub accuracy: Option<[f64; 2]>,
    /// Mean logit of the real images minus that of the generated ones.
    pub logit_gap: f64,
    /// Standard deviation of a pixel in [−1, 1] between images: of real and of generated ones. `None` if
    /// a batch is a single image.
    pub spreads: Option<[f64; 2]>,
    /// The same between the fixed-seed samples.
    pub sample_spread: f64,
    /// Root mean square change of a pixel of the fixed-seed samples since the last report; `None` in the
    /// first one.
    pub sample_change: Option<f64>,
    /// The same relative to the standard deviation between samples; `None` if that is 0.
    pub relative_change: Option<f64>,
    /// Root mean square of the weights relative to their initialisation, of the network where it is
    /// larger; only after the first hundred steps.
    pub growth: Option<f64>,
}

/// The sums that a [`Report`] is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    pub(crate) steps: u64,
    pub(crate) accuracy: [f64; 2],
    pub(crate) logit_gap: f64,
    pub(crate) looks: u64,
    pub(crate) variances: [f64; 2],
    /// Whether the objective has a decision boundary.
    pub(crate) has_boundary: bool,
}

impl Sums {
    pub(super) fn add(&mut self, signals: Signals) {
        self.steps = self.steps.saturating_add(1);
        self.has_boundary = signals.accuracy.is_some();
        for (sum, accuracy) in self.accuracy.iter_mut().zip(signals.accuracy.unwrap_or_default()) {
            *sum += accuracy;
        }
        self.logit_gap += signals.logit_gap;
        if let Some(variances) = signals.variances {
            self.looks = self.looks.saturating_add(1);
            self.variances[0] += variances[0];
            self.variances[1] += variances[1];
        }
    }

    /// Whether there are enough steps for a report.
    pub(super) fn are_complete(&self) -> bool {
        self.steps >= REPORT_STEPS
    }

    /// The means; the sums restart at zero.
    pub(super) fn report(
        &mut self,
        sample_spread: f64,
        grid: &SampleGrid,
        before: &SampleGrid,
    ) -> Report {
        let sums = std::mem::take(self);
        let [steps, looks] = [sums.steps, sums.looks].map(|n| n as f64);
        let (sample_change, spread) = (grid.change_since(before), grid.spread());
        Report {
            accuracy: sums.has_boundary.then(|| sums.accuracy.map(|sum| sum / steps)),
            logit_gap: sums.logit_gap / steps,
            spreads: (sums.looks > 0).then(|| sums.variances.map(|sum| (sum / looks).sqrt())),
            sample_spread,
            sample_change,
            relative_change: sample_change.filter(|_| spread > 0.0).map(|change| change / spread),
            growth: None,
        }
    }
}
