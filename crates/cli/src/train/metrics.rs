use std::path::PathBuf;

use anyhow::Result;
use dcgan_quality::Distance;
use serde::{Deserialize, Serialize};

use super::lines;
use crate::files;

/// Where a run keeps what it has measured.
pub(crate) const NAME: &str = "metrics.jsonl";

/// A line of `metrics.jsonl`: how far the pictures of a checkpoint are from real ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Metric {
    /// Steps taken.
    pub(crate) step: u64,
    /// Epochs taken, with a fraction.
    pub(crate) epoch: f64,
    /// Sliced Wasserstein distance times 1000, generated against real.
    pub(crate) swd: f64,
    /// Real against other real ones: as near as can be hoped for.
    pub(crate) floor: f64,
    /// Pixels a side, and the distance there.
    pub(crate) swd_levels: Vec<(usize, f64)>,
    /// Pictures in each of the sets.
    pub(crate) pictures: usize,
}

impl Metric {
    pub(crate) fn new(
        step: u64,
        epoch: f64,
        found: &Distance,
        floor: f64,
        pictures: usize,
    ) -> Self {
        let swd_levels = found.levels().to_vec();
        Self { step, epoch, swd: found.mean(), floor, swd_levels, pictures }
    }
}

/// `metrics.jsonl`. Which checkpoints are the best follows from it, so it is written as a whole each
/// time: it is whole, or as it was before.
#[derive(Debug)]
pub(crate) struct Metrics {
    path: PathBuf,
    lines: Vec<Metric>,
}

impl Metrics {
    /// What the file at `path` holds; nothing if it is not there. Lines that are none are left out.
    pub(crate) fn read(path: PathBuf) -> Result<Self> {
        Ok(Self { lines: lines::read(&path)?, path })
    }

    /// The same without what lies behind `step`, of which the run knows nothing yet.
    pub(crate) fn open(path: PathBuf, step: u64) -> Result<Self> {
        let mut metrics = Self::read(path)?;
        metrics.back_to(step)?;
        Ok(metrics)
    }

    /// Takes away what lies behind `step`.
    pub(crate) fn back_to(&mut self, step: u64) -> Result<()> {
        let all = self.lines.len();
        self.lines.retain(|line| line.step <= step);
        if self.lines.len() < all { self.write(&self.lines) } else { Ok(()) }
    }

    /// Adds a line, in the place of one that is there for the same step. If it cannot be written, it is
    /// not there.
    pub(crate) fn push(&mut self, metric: Metric) -> Result<()> {
        let mut lines = self.lines.clone();
        lines.retain(|line| line.step != metric.step);
        lines.push(metric);
        self.write(&lines)?;
        self.lines = lines;
        Ok(())
    }

    fn write(&self, lines: &[Metric]) -> Result<()> {
        files::write(&self.path, lines::text(lines)?.as_bytes())
    }

    /// The last.
    pub(crate) fn last(&self) -> Option<&Metric> {
        self.lines.last()
    }

    /// From the best on; of two that are as good the earlier first.
    pub(crate) fn ranked(&self) -> Vec<&Metric> {
        let mut ranked: Vec<&Metric> = self.lines.iter().collect();
        ranked.sort_by(|a, b| a.swd.total_cmp(&b.swd).then(a.step.cmp(&b.step)));
        ranked
    }
}
