use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use dcgan_data::own_files::{CONFIG, LOG, SAMPLES};

use crate::checkpoint_dir::{self, CHECKPOINTS};
use crate::journal::{Metric, Metrics, last_record};
use crate::lock;
use crate::origin::Origin;
use crate::run_error::Result;
use crate::run_folder::{is_run, read_settings};
use crate::settings::{Recipe, Settings};

/// What can be said of a run at a glance.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The folder of the run.
    pub folder: PathBuf,
    /// Steps taken: those that are saved or, while the run trains, those in its log.
    pub step: u64,
    /// Steps after which the run ends; `None` if that is not recorded.
    pub total: Option<u64>,
    /// Whether it trains or can.
    pub status: Status,
    /// The recipe with which it was started.
    pub recipe: Option<Recipe>,
    /// The last measurement of its samples.
    pub quality: Option<Metric>,
    /// The best one.
    pub best: Option<Metric>,
    /// Its newest grid of samples.
    pub samples: Option<PathBuf>,
    /// When it was last written to.
    pub changed: Option<SystemTime>,
}

/// Whether a run trains or can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// A process trains it.
    Running,
    /// It has taken its last step.
    Complete,
    /// It can be resumed.
    Stopped,
    /// It cannot be resumed, for this reason.
    Damaged(String),
}

impl Status {
    /// A word for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Stopped => "stopped",
            Self::Damaged(_) => "damaged",
        }
    }
}

/// The folders of the runs in a folder, the one that was written to last first; `folder` itself if it is one. No run
/// is opened.
#[must_use]
pub fn runs(folder: &Path) -> Vec<PathBuf> {
    if is_run(folder) {
        return vec![folder.to_owned()];
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries.map(|entry| entry.path()).filter(|path| is_run(path)).collect();
    // Those of the same moment in reverse order of their names, of which the last is the newest.
    found.sort_by_cached_key(|run| std::cmp::Reverse((changed(run), run.clone())));
    found
}

impl Summary {
    /// The summary of the run in `folder`.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let metrics = Metrics::of_run(folder).ok();
        let mut summary = Self {
            folder: folder.to_owned(),
            step: 0,
            total: None,
            status: Status::Stopped,
            recipe: None,
            quality: metrics.as_ref().and_then(|metrics| metrics.last().cloned()),
            best: metrics.as_ref().and_then(|m| m.ranked().first().copied().cloned()),
            samples: newest_samples(folder),
            changed: changed(folder),
        };
        if let Err(error) = summary.look_closer() {
            summary.status = Status::Damaged(error.report());
        }
        if lock::is_taken(folder) {
            summary.status = Status::Running;
            // Of a run without a log nothing more is known than what it has saved.
            summary.step = last_record(folder).map_or(summary.step, |record| record.step);
        }
        summary
    }

    /// Reads the settings and the newest checkpoint.
    fn look_closer(&mut self) -> Result<()> {
        let settings = read_settings(&self.folder)?;
        let recorded = settings.origins.last().and_then(Origin::data);
        let mut images = recorded.map_or(0, |data| data.images);
        if !checkpoint_dir::list(&self.folder)?.is_empty() {
            let state = checkpoint_dir::newest(&self.folder, |_| ())?.state;
            (self.step, images) = (state.step, state.dataset.images);
        }
        self.total = total(&settings, images);
        self.recipe = settings.recipe;
        if self.total.is_some_and(|total| self.step >= total) {
            self.status = Status::Complete;
        }
        Ok(())
    }
}

/// Steps after which a run on this number of images ends. Nothing is read from the dataset, which may be elsewhere.
fn total(settings: &Settings, images: u64) -> Option<u64> {
    let of_epochs = |epochs: u64| {
        let images = Some(images).filter(|&images| images > 0)?;
        Some(epochs.saturating_mul(images).div_ceil(settings.config.batch_size as u64))
    };
    settings.epochs.map_or(settings.steps, of_epochs)
}

/// When the run in a folder was last written to.
fn changed(folder: &Path) -> Option<SystemTime> {
    let files = [CONFIG, LOG, CHECKPOINTS].map(|name| folder.join(name));
    let times = files.iter().map(|file| fs::metadata(file).and_then(|about| about.modified()));
    times.flatten().max()
}

/// The grid of samples that was written last.
fn newest_samples(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder.join(SAMPLES)).ok()?.flatten().map(|entry| entry.path());
    let images = entries.filter(|path| path.extension().is_some_and(|name| name == "png"));
    let time = |path: &PathBuf| fs::metadata(path).and_then(|about| about.modified()).ok();
    images.max_by_key(|path| (time(path), path.clone()))
}
