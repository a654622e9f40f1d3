use std::path::{Path, PathBuf};

use dcgan_data::own_files::METRICS;
use dcgan_quality::Distance;
use serde::{Deserialize, Serialize};

use super::jsonl;
use crate::files;
use crate::run_error::Result;

/// A line of `metrics.jsonl`: how far the samples of a checkpoint are from the dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Steps taken.
    pub step: u64,
    /// Epochs taken, with a fraction.
    pub epoch: f64,
    /// Sliced Wasserstein distance × 1000 between samples and real images.
    pub swd: f64,
    /// The same between real images and other real images: the baseline.
    pub floor: f64,
    /// The side of each level in pixels, and the distance there.
    pub swd_levels: Vec<(usize, f64)>,
    /// Number of images in each of the sets.
    #[serde(rename = "pictures")]
    pub images: usize,
}

impl Metric {
    pub(crate) fn new(step: u64, epoch: f64, found: &Distance, floor: f64, images: usize) -> Self {
        let swd_levels = found.levels().to_vec();
        Self { step, epoch, swd: found.mean(), floor, swd_levels, images }
    }
}

/// `metrics.jsonl`. It decides which checkpoints are the best, so the whole file is replaced each time: it is
/// complete, or as it was before.
#[derive(Debug)]
pub struct Metrics {
    path: PathBuf,
    lines: Vec<Metric>,
}

impl Metrics {
    /// The measurements of the run in a folder; empty if there are none. Invalid lines are ignored.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn of_run(run: &Path) -> Result<Self> {
        Self::read(run.join(METRICS))
    }

    /// The contents of the file at `path`.
    pub(crate) fn read(path: PathBuf) -> Result<Self> {
        Ok(Self { lines: jsonl::read(&path)?, path })
    }

    /// The same up to `step`; what is after it is removed.
    pub(crate) fn open(path: PathBuf, step: u64) -> Result<Self> {
        let mut metrics = Self::read(path)?;
        metrics.rewind(step)?;
        Ok(metrics)
    }

    /// Removes what is after `step`.
    pub(crate) fn rewind(&mut self, step: u64) -> Result<()> {
        let all = self.lines.len();
        self.lines.retain(|line| line.step <= step);
        if self.lines.len() < all { self.write(&self.lines) } else { Ok(()) }
    }

    /// Adds a line, which replaces one for the same step. If it cannot be written, it is not added.
    pub(crate) fn push(&mut self, metric: Metric) -> Result<()> {
        let mut lines = self.lines.clone();
        lines.retain(|line| line.step != metric.step);
        lines.push(metric);
        self.write(&lines)?;
        self.lines = lines;
        Ok(())
    }

    fn write(&self, lines: &[Metric]) -> Result<()> {
        files::write(&self.path, jsonl::text(lines)?.as_bytes())
    }

    /// The last measurement.
    #[must_use]
    pub fn last(&self) -> Option<&Metric> {
        self.lines.last()
    }

    /// The best first; of two equal ones the earlier first.
    #[must_use]
    pub fn ranked(&self) -> Vec<&Metric> {
        let mut ranked: Vec<&Metric> = self.lines.iter().collect();
        ranked.sort_by(|a, b| a.swd.total_cmp(&b.swd).then(a.step.cmp(&b.step)));
        ranked
    }
}
