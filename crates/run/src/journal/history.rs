use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use dcgan_data::own_files::{EVALUATIONS, LOG, METRICS, SAMPLES};

use super::jsonl;
use super::{Evaluation, Metric, Record};
use crate::checkpoint_dir;
use crate::files;
use crate::provenance::Provenance;
use crate::run_error::Result;

/// The numbers that a run has recorded so far, while another process may train it.
#[derive(Clone, Debug)]
pub struct History {
    /// The lines of `log.jsonl`.
    pub records: Vec<Record>,
    /// The lines of `metrics.jsonl`.
    pub metrics: Vec<Metric>,
    /// The lines of `evaluations.jsonl`.
    pub evaluations: Vec<Evaluation>,
    /// When the log was last written to.
    pub written: Option<SystemTime>,
    /// The step of the newest checkpoint.
    saved: u64,
}

impl History {
    /// What the run in a folder has recorded. Files that do not exist are empty.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn read(run: &Path) -> Result<Self> {
        let log = run.join(LOG);
        let newest = checkpoint_dir::list(run)?.pop();
        Ok(Self {
            records: jsonl::read(&log)?,
            metrics: jsonl::read(&run.join(METRICS))?,
            evaluations: jsonl::read(&run.join(EVALUATIONS))?,
            written: fs::metadata(&log).and_then(|about| about.modified()).ok(),
            saved: newest.map_or(0, |saved| saved.name.step),
        })
    }

    /// The last step of which something is recorded.
    #[must_use]
    pub fn last_step(&self) -> u64 {
        let logged = self.records.last().map_or(0, |record| record.step);
        logged.max(self.saved)
    }
}

/// The grids of samples of the run in a folder, each with the steps that its model has taken, in their order. Other
/// files beside them are left out.
#[must_use]
pub fn sample_grids(run: &Path) -> Vec<(u64, PathBuf)> {
    let entries = fs::read_dir(run.join(SAMPLES)).into_iter().flatten().flatten();
    let step = |path: &Path| {
        let (made, _) = Provenance::read(&files::read(path).ok()?).ok()?;
        Some(made.maker.steps)
    };
    let mut grids: Vec<_> =
        entries.map(|e| e.path()).filter_map(|path| Some((step(&path)?, path))).collect();
    grids.sort();
    grids.dedup_by_key(|(step, _)| *step);
    grids
}
