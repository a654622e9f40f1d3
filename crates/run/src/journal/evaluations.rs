use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::jsonl::Lines;
use crate::evaluation::{Figure, Measured};
use crate::run_error::Result;

/// A line of `evaluations.jsonl`: how good the images of the generator were, in the figures of `dcgan evaluate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Steps taken.
    pub step: u64,
    /// Epochs taken, with a fraction.
    pub epoch: f64,
    /// Number of generated images, which were compared with twice as many real ones.
    pub images: usize,
    /// Each figure by its name, with its floor. Those that need more images are missing.
    pub figures: BTreeMap<String, Measured>,
}

impl Evaluation {
    pub(crate) fn new(step: u64, epoch: f64, images: usize, figures: Vec<Figure>) -> Self {
        let measured = figures.into_iter().filter_map(|f| Some((f.name, f.found.ok()?)));
        // JSON has no other numbers, and a line with one could not be read.
        let is_finite = |found: &Measured| found.value.is_finite() && found.floor.is_finite();
        let figures = measured.filter(|(_, found)| is_finite(found)).collect();
        Self { step, epoch, images, figures }
    }

    /// The figure with this name, such as `frechet`.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<&Measured> {
        self.figures.get(name)
    }
}

/// `evaluations.jsonl`, which does not exist while nothing is evaluated.
pub(crate) type Evaluations = Lines<Evaluation>;

impl Evaluations {
    /// The file at `path` up to `step`: after a kill it may be ahead of the checkpoint that the run resumes from.
    pub(crate) fn up_to(path: PathBuf, step: u64) -> Result<Self> {
        Self::open(path, |evaluation| evaluation.step <= step)
    }

    /// Removes what is after `step`.
    pub(crate) fn rewind(&mut self, step: u64) -> Result<()> {
        self.retain(|evaluation| evaluation.step <= step)
    }
}
