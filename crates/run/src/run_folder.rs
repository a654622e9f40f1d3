use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dcgan_data::Source;
use dcgan_data::own_files::{
    self, CONFIG, EVALUATIONS, EVENTS, IMAGE_CACHE, LOG, LOSSES, METRICS, QUALITY, REALS, SAMPLES,
};

use crate::cache::unreadable;
use crate::checkpoint_dir::CHECKPOINTS;
use crate::files;
use crate::lock::{self, Lock};
use crate::origin::Origin;
use crate::run_error::{Context, Result, RunError};
use crate::settings::Settings;

/// The folder of runs without a given folder.
const RUNS: &str = "runs";

/// The folder of a run, with the paths of its files. It is locked as long as this or a clone exists, so that
/// no other process trains in it.
#[derive(Clone, Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    lock: Arc<Lock>,
}

impl RunFolder {
    /// The folder of a new run: `out`, or the first of `runs/NAME-001`, … that does not exist.
    ///
    /// Creates only the folder itself, to check that this is possible, and its lock.
    pub(crate) fn new(out: Option<&Path>, name: &str) -> Result<Self> {
        let path = match out {
            Some(out) => out.to_owned(),
            None => numbered(Path::new(RUNS), name)?,
        };
        if is_run(&path) {
            // If it is in use, that is the more helpful error.
            Lock::take(&path)?;
            return Err(RunError::FolderTaken { folder: path });
        }
        if let Some(other) = foreign_entry(&path) {
            return Err(RunError::FolderNotEmpty { folder: path, other });
        }
        Self::locked(path)
    }

    /// The folder of an existing run.
    pub(crate) fn existing(out: &Path) -> Result<Self> {
        if !is_run(out) {
            return Err(RunError::NoRun { folder: out.to_owned() });
        }
        let folder = Self::locked(out.to_owned())?;
        for folder in [out.join(CHECKPOINTS), out.join(SAMPLES)] {
            files::sweep(&folder);
        }
        Ok(folder)
    }

    fn locked(path: PathBuf) -> Result<Self> {
        files::check_writable(&path)?;
        let lock = Arc::new(Lock::take(&path)?);
        // No other process writes here now, so any temporary files are left over from a crash.
        files::sweep(&path);
        Ok(Self { path, lock })
    }

    /// Checks that the folder still belongs to this run, which has these settings. Recreates a folder that has
    /// disappeared, so that the run can be saved and resumed. Returns whether it did.
    pub(crate) fn ensure(&mut self, settings: &Settings) -> Result<bool> {
        if self.lock.holds() {
            return Ok(false);
        }
        let new = Self::locked(self.path.clone())?;
        let is_other = || new.read_settings().ok().as_ref() != Some(settings);
        if new.path.join(CONFIG).exists() && is_other() {
            return Err(RunError::at(
                &self.path,
                "now contains a different run; move that one elsewhere",
            ));
        }
        new.write_settings(settings)?;
        *self = new;
        Ok(true)
    }

    /// Removes the folder if it contains nothing but the lock.
    pub(crate) fn remove_if_empty(&self) {
        let entries = fs::read_dir(&self.path).map(|entries| entries.count());
        if entries.is_ok_and(|entries| entries == 1) {
            let _ = fs::remove_file(self.path.join(lock::NAME));
            // Fails, as it should, if the only entry was not the lock.
            let _ = fs::remove_dir(&self.path);
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Why the folder could not be locked.
    pub(crate) fn lock_warning(&self) -> Option<&str> {
        self.lock.warning.as_deref()
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path.join(LOG)
    }

    pub(crate) fn metrics(&self) -> PathBuf {
        self.path.join(METRICS)
    }

    pub(crate) fn events(&self) -> PathBuf {
        self.path.join(EVENTS)
    }

    pub(crate) fn evaluations(&self) -> PathBuf {
        self.path.join(EVALUATIONS)
    }

    pub(crate) fn quality(&self) -> PathBuf {
        self.path.join(QUALITY)
    }

    pub(crate) fn losses(&self) -> PathBuf {
        self.path.join(LOSSES)
    }

    pub(crate) fn reals(&self) -> PathBuf {
        self.path.join(REALS)
    }

    /// Images that exceed the memory limit.
    pub(crate) fn image_cache(&self) -> PathBuf {
        self.path.join(IMAGE_CACHE)
    }

    /// The samples at the end of an epoch.
    pub(crate) fn sample(&self, epoch: u64) -> PathBuf {
        self.path.join(SAMPLES).join(format!("epoch_{epoch:04}.png"))
    }

    /// Samples that were requested after this step.
    pub(crate) fn requested_sample(&self, step: u64) -> PathBuf {
        self.path.join(SAMPLES).join(format!("step_{step:08}.png"))
    }

    pub(crate) fn write_settings(&self, settings: &Settings) -> Result<()> {
        files::write(&self.path.join(CONFIG), settings.to_toml()?.as_bytes())
    }

    pub(crate) fn read_settings(&self) -> Result<Settings> {
        read_settings(&self.path)
    }
}

/// What determined the results of the run in a folder; empty if that is not recorded.
#[must_use]
pub fn origins(run: &Path) -> Vec<Origin> {
    read_settings(run).map(|settings| settings.origins).unwrap_or_default()
}

/// Where the images are that the run in a folder is trained on.
///
/// # Errors
/// If its settings cannot be read, or the images are no longer there.
pub fn data_of(run: &Path) -> Result<Source> {
    read_settings(run)?.source().map_err(unreadable)
}

/// The settings of the run in a folder, which need not be locked.
pub(crate) fn read_settings(run: &Path) -> Result<Settings> {
    let path = run.join(CONFIG);
    let text = String::from_utf8(files::read(&path)?)
        .with_context(|| format!("{} is not text", path.display()))?;
    Settings::from_toml(&text)
        .map_err(|why| RunError::failed(format!("{} is invalid: {why}", path.display())))
}

/// Whether a folder is that of a run.
#[must_use]
pub fn is_run(path: &Path) -> bool {
    path.join(CONFIG).exists() || path.join(CHECKPOINTS).exists()
}

/// The run that a file belongs to: it lies in the run's folder and exists, or is in a subfolder that is the
/// run's own.
#[must_use]
pub fn run_containing(file: &Path) -> Option<PathBuf> {
    let folder = files::folder_of(file).canonicalize().ok()?;
    let run = folder.ancestors().find(|folder| own_files::is_run(folder))?;
    let is_own = |name: &str| folder.starts_with(run.join(name));
    let belongs = file.exists() || is_own(CHECKPOINTS) || is_own(SAMPLES);
    belongs.then(|| run.to_owned())
}

/// Checks that neither of a new run and its images lies in the other: the run would be trained on its own
/// samples, or be removed with its images.
pub(crate) fn check_apart(out: Option<&Path>, data: Option<&Path>) -> Result<()> {
    let out = out.unwrap_or(Path::new(RUNS));
    let Some(data) = data.and_then(|data| data.canonicalize().ok()) else { return Ok(()) };
    let path = resolved(out);
    if data.is_dir() && path.starts_with(&data) {
        return Err(RunError::InsideData { folder: out.to_owned(), data });
    }
    let within = data.ancestors().find(|&above| above == path || own_files::is_run(above));
    match within {
        Some(run) => Err(RunError::DataInsideRun { run: run.to_owned(), data }),
        None => Ok(()),
    }
}

/// The path without links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for above in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (above.canonicalize(), path.strip_prefix(above)) {
            return real.join(rest);
        }
    }
    path
}

/// Something in a folder that is not left over from the start of a run, and not hidden.
fn foreign_entry(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let is_foreign = |name: &str| !name.starts_with('.') && name != IMAGE_CACHE;
    let name = |entry: fs::DirEntry| entry.file_name();
    let mut names: Vec<_> =
        entries.map(name).filter(|name| is_foreign(&name.to_string_lossy())).collect();
    names.sort();
    names.into_iter().next().map(PathBuf::from)
}

/// Creates the first of the folders `NAME-001`, `NAME-002`, … in `runs` that does not exist. If several
/// processes try the same number at once, one of them creates the folder and the others try the next.
pub(crate) fn numbered(runs: &Path, name: &str) -> Result<PathBuf> {
    for i in 1_u32.. {
        let path = runs.join(format!("{name}-{i:03}"));
        if files::make_new_folder(&path)? {
            return Ok(path);
        }
    }
    Err(RunError::at(runs, "has no number left for another run"))
}
