use super::sample_grid::SampleGrid;
use super::signals::{Look, MAX_CHANNELS, Signals};

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
    /// How far the mean of the generated images is from that of the real ones, in the channel where that is
    /// furthest; on the scale of the pixels, [−1, 1]. `None` if a batch is a single image.
    pub mean_shift: Option<f64>,
    /// Standard deviation of a pixel between the fixed-seed samples.
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
    /// Of each channel, of real and of generated images.
    pub(crate) means: [[f64; MAX_CHANNELS]; 2],
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
        if let Some(Look { variances, means }) = signals.look {
            self.looks = self.looks.saturating_add(1);
            self.add_images(variances, means);
        }
    }

    fn add_images(&mut self, variances: [f64; 2], means: [[f64; MAX_CHANNELS]; 2]) {
        for (sum, variance) in self.variances.iter_mut().zip(variances) {
            *sum += variance;
        }
        for (sum, mean) in self.means.as_flattened_mut().iter_mut().zip(means.as_flattened()) {
            *sum += mean;
        }
    }

    /// The sums of both.
    pub(super) fn plus(mut self, other: &Self) -> Self {
        self.steps = self.steps.saturating_add(other.steps);
        self.has_boundary |= other.has_boundary;
        for (sum, accuracy) in self.accuracy.iter_mut().zip(other.accuracy) {
            *sum += accuracy;
        }
        self.logit_gap += other.logit_gap;
        self.looks = self.looks.saturating_add(other.looks);
        self.add_images(other.variances, other.means);
        self
    }

    /// Whether there are enough steps for a report.
    pub(super) fn are_complete(&self) -> bool {
        self.steps >= REPORT_STEPS
    }

    /// The means, of at least one step.
    pub(super) fn report(
        &self,
        sample_spread: f64,
        grid: &SampleGrid,
        before: &SampleGrid,
    ) -> Report {
        let [steps, looks] = [self.steps, self.looks].map(|n| n as f64);
        let (sample_change, spread) = (grid.change_since(before), grid.spread());
        let [real, fake] = self.means;
        let shifts = real.into_iter().zip(fake).map(|(real, fake)| (fake - real).abs() / looks);
        let looked = self.looks > 0;
        Report {
            accuracy: self.has_boundary.then(|| self.accuracy.map(|sum| sum / steps)),
            logit_gap: self.logit_gap / steps,
            spreads: looked.then(|| self.variances.map(|sum| (sum / looks).sqrt())),
            mean_shift: looked.then(|| shifts.fold(0.0, f64::max)),
            sample_spread,
            sample_change,
            relative_change: sample_change.filter(|_| spread > 0.0).map(|change| change / spread),
            growth: None,
        }
    }
}
