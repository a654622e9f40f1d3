use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dcgan_run::journal::{History, sample_grids};
use dcgan_run::{RunError, files};

use crate::convert::{of_evaluation, of_metric, of_record, of_samples};
use crate::event::Event;
use crate::record;
use crate::timeline::Timeline;

/// What the name of every event file begins with, and ours end with. TensorBoard reads the files of a folder in the
/// order of their names, so the number between the two is a time.
const NAME: (&str, &str) = ("events.out.tfevents.", ".dcgan");

/// The event file of a run: everything that it has recorded, up to a step, and what is appended.
///
/// A file that is continued by another process, or cut back after a rollback, is replaced by a new one, with a new
/// name, because a TensorBoard that is open would not look again at what it has read. The new file begins by making
/// TensorBoard forget the old one, which is emptied. So no step is lost or doubled.
#[derive(Debug)]
pub struct EventFile {
    path: PathBuf,
    /// The expected size in bytes.
    len: u64,
    /// Events in it, without those at its head.
    events: u64,
}

impl EventFile {
    /// Writes the events of the run in the folder `run` into `folder`, in place of those that dcgan wrote there before.
    /// With `up_to`, those of later steps are left out.
    ///
    /// # Errors
    /// If something cannot be read or written.
    pub fn write(
        run: &Path,
        folder: &Path,
        up_to: Option<u64>,
        now: SystemTime,
    ) -> Result<Self, RunError> {
        let history = History::read(run)?;
        let last = up_to.unwrap_or_else(|| history.last_step());
        let end = history.written.unwrap_or(now);
        let timeline = Timeline::new(&history.records, seconds(end));
        let before = own_files(folder);
        let path = folder.join(name(&before, now));
        let mut events = 0;
        files::write_with(&path, |file| {
            let mut push = |event: &Event| file.write_all(&record::encode(event));
            Event::head(timeline.at(0)).iter().try_for_each(&mut push)?;
            for (step, row) in rows(&history, sample_grids(run), &timeline) {
                if step <= last {
                    events += 1;
                    push(&row.into_event(timeline.at(step)).map_err(io::Error::other)?)?;
                }
            }
            Ok(())
        })?;
        let len = fs::metadata(&path).map_or(0, |about| about.len());
        for old in before {
            let what = || format!("cannot empty {}", old.display());
            clear(&old).map_err(|error| failed(what(), error))?;
        }
        Ok(Self { path, len, events })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Number of events, without those at the head of the file.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Appends an event.
    ///
    /// # Errors
    /// If it cannot be written, or the file is not as it was left. Then it has to be written anew.
    pub fn push(&mut self, event: &Event) -> Result<(), RunError> {
        let bytes = record::encode(event);
        let append = || {
            // Opened each time: writing to an open file succeeds even after it has been removed.
            let mut file = OpenOptions::new().append(true).open(&self.path)?;
            if file.metadata()?.len() != self.len {
                return Err(io::Error::other("it was modified"));
            }
            file.write_all(&bytes)
        };
        append().map_err(|error| failed(format!("cannot write {}", self.path.display()), error))?;
        self.len += bytes.len() as u64;
        self.events += 1;
        Ok(())
    }
}

/// Removes an old file. One with events is only emptied: a TensorBoard that has it open goes on to the next file at its
/// end, but never if it is gone. By the next time it has gone on.
fn clear(old: &Path) -> io::Result<()> {
    match fs::metadata(old)?.len() {
        0 => fs::remove_file(old),
        _ => OpenOptions::new().write(true).truncate(true).open(old).map(drop),
    }
}

/// What becomes an event.
enum Row {
    Line(Event),
    /// A grid of samples, which is read when it is its turn.
    Grid(PathBuf),
}

impl Row {
    fn into_event(self, at: f64) -> Result<Event, RunError> {
        match self {
            Self::Line(event) => Ok(event),
            Self::Grid(path) => of_samples(&path, at),
        }
    }
}

/// All that is recorded, in the order of the steps.
fn rows(history: &History, grids: Vec<(u64, PathBuf)>, timeline: &Timeline) -> Vec<(u64, Row)> {
    let mut rows: Vec<(u64, Row)> = Vec::new();
    let mut add = |step, event: Event| rows.push((step, Row::Line(event)));
    history.records.iter().for_each(|r| add(r.step, of_record(r, timeline.at(r.step))));
    history.metrics.iter().for_each(|m| add(m.step, of_metric(m, timeline.at(m.step))));
    history.evaluations.iter().for_each(|e| add(e.step, of_evaluation(e, timeline.at(e.step))));
    rows.extend(grids.into_iter().map(|(step, path)| (step, Row::Grid(path))));
    rows.sort_by_key(|(step, _)| *step);
    rows
}

/// The event files in a folder that dcgan wrote, in the order of their names.
fn own_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut own: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| number(path).is_some()).collect();
    own.sort();
    own
}

/// The number in the name of one of our files.
fn number(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    name.strip_prefix(NAME.0)?.strip_suffix(NAME.1)?.parse().ok()
}

/// The name of a file that is read after those that there are.
fn name(before: &[PathBuf], now: SystemTime) -> String {
    let after = before.iter().filter_map(|path| number(path)).max().map_or(0, |number| number + 1);
    format!("{}{:010}{}", NAME.0, after.max(seconds(now) as u64), NAME.1)
}

/// Seconds since 1970.
#[must_use]
pub fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs_f64()
}

fn failed(what: String, error: io::Error) -> RunError {
    RunError::Failed { what, source: Some(error.into()) }
}
