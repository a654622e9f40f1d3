use super::Alert;
use super::hysteresis::{Hysteresis, Verdict};
use super::report::{REPORT_STEPS, Report};

/// How training can fail while every number stays finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symptom {
    /// D classifies nearly every image correctly, and G learns little from it.
    DiscriminatorSaturated,
    /// D gives real and generated images the same logit.
    DiscriminatorStalled,
    /// The generated images are nearly identical.
    ModeCollapse,
    /// The real images are nearly identical.
    DegenerateData,
    /// The fixed-seed samples no longer change.
    GeneratorStalled,
    /// The fixed-seed samples change completely, again and again.
    Unstable,
    /// The generated images are of another colour or brightness than the real ones.
    ColourShift,
    /// The first steps have left little of the initial weights.
    WeightBlowup,
}

/// Generated images with a smaller spread, relative to that of the real ones, do not depend on the
/// latents at all: a layer between is dead. Images of a network that learns differ at least by rounding,
/// from its first step.
const DEAD: f64 = 1e-6;

/// When a symptom is present, when it is absent, and for how long before an alert.
struct Limits {
    /// Measured here or beyond, it is present.
    present: f64,
    /// Measured here or beyond on the other side, it is absent.
    absent: f64,
    /// Reports in a row after which it starts, and after which it clears.
    patience: [u64; 2],
    /// Steps at the start of a run during which nothing is present but a dead layer.
    warm_up: u64,
}

impl Symptom {
    /// All of them, in the order in which alerts are raised.
    pub const ALL: [Self; 8] = [
        Self::DiscriminatorSaturated,
        Self::DiscriminatorStalled,
        Self::ModeCollapse,
        Self::DegenerateData,
        Self::GeneratorStalled,
        Self::Unstable,
        Self::ColourShift,
        Self::WeightBlowup,
    ];

    /// The first of [`Self::ALL`] that may start and clear at any time; checkpoints remember each of
    /// them.
    pub(crate) const RECURRING: usize = 7;

    /// The name in checkpoints and `events.jsonl`.
    pub fn name(self) -> &'static str {
        match self {
            Self::DiscriminatorSaturated => "discriminator_saturated",
            Self::DiscriminatorStalled => "discriminator_stalled",
            Self::ModeCollapse => "mode_collapse",
            Self::DegenerateData => "degenerate_data",
            Self::GeneratorStalled => "generator_stalled",
            Self::Unstable => "unstable",
            Self::ColourShift => "colour_shift",
            Self::WeightBlowup => "weight_blowup",
        }
    }

    /// Chosen by experiment: the ten healthy runs of `just watchdog` stay clear of `present` by half as
    /// many reports in a row, or by half the distance to `absent`. In the first thousand steps healthy
    /// runs have nearly identical images and a D that is right about all of them.
    ///
    /// A step of Adam moves a weight by at most the learning rate. So the weights, initialised with a
    /// standard deviation of 0.02, can at most double in a hundred steps at 0.0002. Measured is a growth
    /// of 1.0 to 1.1 there, of 1.3 to 2.2 at ten times that rate, and of 4.6 to 10 at a hundred times.
    fn limits(self) -> Limits {
        let (present, absent, patience, warm_up) = match self {
            Self::DiscriminatorSaturated => (0.995, 0.98, [8, 2], 0),
            Self::DiscriminatorStalled => (0.02, 0.1, [3, 2], 0),
            Self::ModeCollapse => (0.1, 0.2, [5, 2], 1500),
            Self::DegenerateData => (0.01, 0.02, [1, 1], 0),
            Self::GeneratorStalled => (0.003, 0.006, [3, 2], 0),
            Self::Unstable => (1.25, 0.8, [4, 2], 1000),
            Self::ColourShift => (0.22, 0.11, [5, 2], 1500),
            Self::WeightBlowup => (3.0, 2.0, [1, 1], 0),
        };
        Limits { present, absent, patience, warm_up }
    }

    /// The number by which it is judged, if the report has it:
    ///
    /// - `DiscriminatorSaturated`: D's accuracy on real or on generated images, whichever is lower
    /// - `DiscriminatorStalled`: the distance of the mean logits
    /// - `ModeCollapse`: the spread of the generated images relative to that of the real ones
    /// - `DegenerateData`: the spread of the real images
    /// - `GeneratorStalled`: the change of a pixel of the fixed-seed samples
    /// - `Unstable`: the same relative to the spread of the samples
    /// - `ColourShift`: the distance of the mean colours, where 0.22 is 28 of 255 grey levels
    /// - `WeightBlowup`: the growth of the weights in the first hundred steps
    pub fn measure(self, report: &Report) -> Option<f64> {
        match self {
            Self::DiscriminatorSaturated => report.accuracy.map(|[real, fake]| real.min(fake)),
            Self::DiscriminatorStalled => Some(report.logit_gap.abs()),
            Self::ModeCollapse => {
                let [real, fake] = report.spreads.filter(|[real, _]| *real > 0.0)?;
                Some(fake.min(report.sample_spread) / real)
            }
            Self::DegenerateData => report.spreads.map(|[real, _]| real),
            Self::GeneratorStalled => report.sample_change,
            Self::Unstable => report.relative_change,
            Self::ColourShift => report.mean_shift,
            Self::WeightBlowup => report.growth,
        }
    }

    /// The alert that this report raises at `step`, if any.
    pub(super) fn judge(
        self,
        step: u64,
        report: &Report,
        hysteresis: &mut Hysteresis,
    ) -> Option<Alert> {
        let measured = self.measure(report)?;
        let Limits { patience, warm_up, .. } = self.limits();
        let dead = self == Self::ModeCollapse && measured < DEAD;
        let verdict = match self.verdict(measured) {
            // Too early to say, and no sign that it has cleared.
            Verdict::Present if step <= warm_up && !dead => Verdict::Between,
            verdict => verdict,
        };
        let transition = hysteresis.update(verdict, measured, patience)?;
        let steps = transition.reports * REPORT_STEPS;
        Some(Alert { symptom: self, starts: hysteresis.active, steps, mean: transition.mean })
    }

    /// Whether it is present where this is measured, at any time of a run.
    fn verdict(self, measured: f64) -> Verdict {
        let Limits { present, absent, .. } = self.limits();
        // In terms of a number of which more is worse.
        let sign = if present > absent { 1.0 } else { -1.0 };
        if sign * measured >= sign * present {
            Verdict::Present
        } else if sign * measured <= sign * absent {
            Verdict::Absent
        } else {
            Verdict::Between
        }
    }

    /// Whether the samples of a run that ends here show it.
    pub(super) fn shows_in_samples(self, measured: f64) -> bool {
        let of_samples = matches!(self, Self::ModeCollapse | Self::ColourShift);
        of_samples && self.verdict(measured) == Verdict::Present
    }
}
