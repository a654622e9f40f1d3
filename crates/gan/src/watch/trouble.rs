use super::Event;
use super::report::{REPORT, Report};
use super::spell::{Spell, Verdict};

/// What can be wrong with a run whose numbers are still numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// D is right on all but every picture, and G learns little from it.
    Overpowered,
    /// D gives real and generated pictures the same logit.
    Blind,
    /// The generated pictures are all but the same.
    Collapsed,
    /// The real pictures are all but the same.
    Alike,
    /// The fixed grid no longer moves.
    Still,
    /// The fixed grid is made anew again and again.
    Restless,
    /// The first steps have left little of the weights that were drawn.
    Outgrown,
}

/// Generated pictures that differ less than this, in the spread of the real ones, do not differ at all:
/// a layer between them and the latents is dead. Pictures of a network that learns differ in their
/// last bits at least, from its first step on.
const NOT_AT_ALL: f64 = 1e-6;

/// When it is so, when it is not, and how long either must be seen before it is told.
struct Limits {
    /// Measured here or beyond, it is so.
    bad: f64,
    /// Measured here or beyond on the other side, it is not.
    well: f64,
    /// Reports in a row that begin a spell, and that end it.
    patience: [u64; 2],
    /// Steps at the start of a run, before which nothing is bad but a dead layer.
    warm_up: u64,
}

impl Trouble {
    /// All there are, in the order in which they are told.
    pub const ALL: [Self; 7] = [
        Self::Overpowered,
        Self::Blind,
        Self::Collapsed,
        Self::Alike,
        Self::Still,
        Self::Restless,
        Self::Outgrown,
    ];

    /// So many of them, the first, may begin and end at any time; checkpoints hold a spell of each.
    pub(super) const LASTING: usize = 6;

    /// Found by looking: the ten healthy runs of `just watchdog` stay away from `bad` by half as many
    /// reports in a row, or by half the distance from `well`. In the first thousand steps healthy runs
    /// have pictures that are all but the same and a D that is right on all of them.
    ///
    /// A step of Adam moves a weight by the learning rate, or less. So the weights, drawn with a
    /// standard deviation of 0.02, can at most double in a hundred steps of 0.0002; seen is 1.0 to 1.1,
    /// at ten times that rate 1.3 to 2.2, at a hundred times 4.6 to 10.
    fn limits(self) -> Limits {
        let (bad, well, patience, warm_up) = match self {
            Self::Overpowered => (0.995, 0.98, [8, 2], 0),
            Self::Blind => (0.02, 0.1, [3, 2], 0),
            Self::Collapsed => (0.1, 0.2, [5, 2], 1500),
            Self::Alike => (0.01, 0.02, [1, 1], 0),
            Self::Still => (0.003, 0.006, [3, 2], 0),
            Self::Restless => (1.25, 0.8, [4, 2], 1000),
            Self::Outgrown => (3.0, 2.0, [1, 1], 0),
        };
        Limits { bad, well, patience, warm_up }
    }

    /// The number that tells, if the report has it:
    ///
    /// - overpowered: the share of pictures on which D is right, real or generated, whichever is less
    /// - blind: the distance of the mean logits
    /// - collapsed: the spread of the generated pictures in that of the real ones
    /// - alike: the spread of the real pictures
    /// - still: how far a pixel of the fixed grid has moved
    /// - restless: the same in the spread of the grid
    /// - outgrown: the growth of the weights in the first hundred steps
    pub fn measure(self, report: &Report) -> Option<f64> {
        match self {
            Self::Overpowered => Some(report.right_real.min(report.right_fake)),
            Self::Blind => Some(report.gap.abs()),
            Self::Collapsed => {
                let [real, fake] = report.spreads.filter(|[real, _]| *real > 0.0)?;
                Some(fake.min(report.spread_grid) / real)
            }
            Self::Alike => report.spreads.map(|[real, _]| real),
            Self::Still => report.moved,
            Self::Restless => report.restless,
            Self::Outgrown => report.grown,
        }
    }

    /// What a run in its `step` makes of this report.
    pub(super) fn judge(self, step: u64, report: &Report, spell: &mut Spell) -> Option<Event> {
        let measured = self.measure(report)?;
        let Limits { bad, well, patience, warm_up } = self.limits();
        // In terms of a number of which more is worse.
        let sign = if bad > well { 1.0 } else { -1.0 };
        let dead = self == Self::Collapsed && measured < NOT_AT_ALL;
        let verdict = if sign * measured >= sign * bad && (step > warm_up || dead) {
            Verdict::Bad
        } else if sign * measured <= sign * well {
            Verdict::Well
        } else {
            Verdict::Between
        };
        let turn = spell.take(verdict, measured, patience)?;
        let steps = turn.reports * REPORT;
        Some(Event { trouble: self, begins: spell.lasts, steps, mean: turn.mean })
    }
}
