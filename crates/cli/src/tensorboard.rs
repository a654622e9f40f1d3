//! A run's events for TensorBoard, beside the display of its progress.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;
use dcgan_run::{Event, Observer, RunError, files};
use dcgan_tensorboard::{self as events, EventFile};

use crate::failure::usage;
use crate::progress::Progress;

/// The flag of the folder.
const FLAG: &str = "--tensorboard";

/// Checks the folder that was given with `--tensorboard`. Only its last part may be missing.
///
/// # Errors
/// If it cannot be used.
pub(crate) fn check(folder: &Path) -> Result<()> {
    let above = files::folder_of(folder);
    let why = match folder {
        _ if folder.exists() && !folder.is_dir() => "it exists and is not a folder".to_owned(),
        _ if !above.is_dir() => format!("there is no folder {}; create it first", above.display()),
        _ => return Ok(()),
    };
    Err(usage(format!("{FLAG} is {}: {why}", folder.display())))
}

/// The folder below `folder` for the events of a run: TensorBoard shows each folder as a run of this name.
pub(crate) fn folder_of(folder: &Path, run: &Path) -> PathBuf {
    let run = std::path::absolute(run).unwrap_or_else(|_| run.to_owned());
    folder.join(run.file_name().unwrap_or(OsStr::new("run")))
}

/// Shows the progress of a run, and keeps its event file up to date if there is a folder for it.
pub(crate) struct WithTensorBoard<'a> {
    progress: Progress<'a>,
    folder: Option<PathBuf>,
    /// `None` while there is none, or after a failure; it is then written anew.
    file: Option<EventFile>,
    /// The folder of the run, once it is known.
    run: PathBuf,
    /// The last problem that was reported.
    trouble: String,
}

impl<'a> WithTensorBoard<'a> {
    /// # Errors
    /// If the folder cannot be used.
    pub(crate) fn new(progress: Progress<'a>, folder: Option<PathBuf>) -> Result<Self> {
        if let Some(folder) = &folder {
            check(folder)?;
        }
        let (run, trouble) = (PathBuf::new(), String::new());
        Ok(Self { progress, folder, file: None, run, trouble })
    }

    pub(crate) fn into_progress(self) -> Progress<'a> {
        self.progress
    }

    /// Writes the file anew, with what the run has recorded up to `step`.
    fn write(&mut self, step: u64) {
        let Some(folder) = &self.folder else { return };
        let folder = folder_of(folder, &self.run);
        let written = EventFile::write(&self.run, &folder, Some(step), SystemTime::now());
        self.file = self.reported(written);
    }

    /// Appends an event. One that cannot be written is in the journal of the run, from which it comes later.
    fn push(&mut self, event: impl FnOnce(f64) -> Result<events::Event, RunError>) {
        let Some(mut file) = self.file.take() else { return };
        let now = events::seconds(SystemTime::now());
        let pushed = event(now).and_then(|event| file.push(&event));
        self.file = self.reported(pushed.map(|()| file));
    }

    /// Reports a failure, each once: a disk may have space again at the next step.
    fn reported<T>(&mut self, result: Result<T, RunError>) -> Option<T> {
        let error = match result {
            Ok(value) => return Some(value),
            Err(error) => error.report(),
        };
        let trouble = format!("{error}; training continues and will try again");
        if trouble != self.trouble {
            self.progress.event(&Event::DiskTrouble(&trouble));
            self.trouble = trouble;
        }
        None
    }

    fn record(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { folder, step, .. } => {
                self.run = folder.to_owned();
                self.write(step);
            }
            Event::RolledBack { to, .. } => self.write(to),
            Event::Log(line) if self.file.is_none() => self.write(line.step),
            Event::Log(line) => self.push(|at| Ok(events::of_record(line, at))),
            Event::Metric(line) => self.push(|at| Ok(events::of_metric(line, at))),
            Event::Evaluation(line) => self.push(|at| Ok(events::of_evaluation(line, at))),
            Event::Sample { path, .. } => self.push(|at| events::of_samples(path, at)),
            Event::Finished { steps: step, folder, .. }
            | Event::AlreadyComplete { steps: step, folder, .. }
            | Event::Interrupted { step, folder, .. }
                if self.file.is_none() =>
            {
                self.run = folder.to_owned();
                self.write(step);
            }
            _ => {}
        }
    }
}

impl Observer for WithTensorBoard<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.progress.event(event);
        if self.folder.is_some() {
            self.record(event);
        }
    }

    fn reading(&self, done: usize, total: usize) {
        self.progress.reading(done, total);
    }
}
