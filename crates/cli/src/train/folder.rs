use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};

use super::lock::{self, Lock};
use super::metrics;
use super::origin::Origin;
use super::settings::Settings;
use crate::{files, model};

const CONFIG: &str = "config.toml";

const SAMPLES: &str = "samples";

/// The folder of a run: what lies where. Nobody else trains there while this or a clone lives.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    lock: Arc<Lock>,
}

impl Folder {
    /// The folder for a new run: `out`, or the first of `runs/NAME-001`, … that is not there, after the data.
    ///
    /// Nothing is made yet but the folder itself, to see that it can be, and its lock.
    pub(crate) fn new(out: Option<&Path>, name: &str) -> Result<Self> {
        let path = match out {
            Some(out) => out.to_owned(),
            None => numbered(Path::new("runs"), name)?,
        };
        let folder = Self::locked(path)?;
        if is_run(&folder.path) {
            bail!(
                "{} holds a run already; add --resume to go on with it, or choose another --out",
                folder.path.display()
            );
        }
        Ok(folder)
    }

    /// The folder of a run that is there.
    pub(crate) fn existing(out: &Path) -> Result<Self> {
        if !is_run(out) {
            bail!(
                "there is no run in {}: it has no {CONFIG}; leave out --resume to begin one",
                out.display()
            );
        }
        let folder = Self::locked(out.to_owned())?;
        for folder in [out.join(model::CHECKPOINTS), out.join(SAMPLES)] {
            files::sweep(&folder);
        }
        Ok(folder)
    }

    fn locked(path: PathBuf) -> Result<Self> {
        files::check_writable(&path)?;
        let lock = Arc::new(Lock::take(&path)?);
        // Nobody else writes there now, so what is half written has no writer any more.
        files::sweep(&path);
        Ok(Self { path, lock })
    }

    /// Sees that the folder is still the one of this run, which is described by `settings`. One that
    /// has vanished is made anew, so that what comes can be saved and gone on with; true then.
    pub(crate) fn hold(&mut self, settings: &Settings) -> Result<bool> {
        if self.lock.holds() {
            return Ok(false);
        }
        let anew = Self::locked(self.path.clone())?;
        let is_other = || anew.read_settings().ok().as_ref() != Some(settings);
        if anew.path.join(CONFIG).exists() && is_other() {
            bail!(
                "{} has become the folder of another run; move that one away",
                self.path.display()
            );
        }
        anew.write_settings(settings)?;
        *self = anew;
        Ok(true)
    }

    /// Takes an empty folder away again, when no run came of it.
    pub(crate) fn forget(&self) {
        let entries = fs::read_dir(&self.path).map(|entries| entries.count());
        if entries.is_ok_and(|entries| entries == 1) {
            let _ = fs::remove_file(self.path.join(lock::NAME));
            // Fails, as it should, if that was not the lock.
            let _ = fs::remove_dir(&self.path);
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("log.jsonl")
    }

    pub(crate) fn metrics(&self) -> PathBuf {
        self.path.join(metrics::NAME)
    }

    pub(crate) fn events(&self) -> PathBuf {
        self.path.join("events.jsonl")
    }

    pub(crate) fn losses(&self) -> PathBuf {
        self.path.join("losses.png")
    }

    pub(crate) fn reals(&self) -> PathBuf {
        self.path.join("reals.png")
    }

    /// Pictures for which there is no room in memory.
    pub(crate) fn pictures(&self) -> PathBuf {
        self.path.join("pictures.cache")
    }

    pub(crate) fn sample(&self, epoch: u64) -> PathBuf {
        self.path.join(SAMPLES).join(format!("epoch_{epoch:04}.png"))
    }

    pub(crate) fn write_settings(&self, settings: &Settings) -> Result<()> {
        files::write(&self.path.join(CONFIG), settings.to_toml()?.as_bytes())
    }

    pub(crate) fn read_settings(&self) -> Result<Settings> {
        read_settings(&self.path)
    }
}

/// What decided the numbers of the run in a folder; nothing where that is not noted.
pub(crate) fn origins(run: &Path) -> Vec<Origin> {
    read_settings(run).map(|settings| settings.origins).unwrap_or_default()
}

/// The settings of the run in a folder, which may be somebody else's.
fn read_settings(run: &Path) -> Result<Settings> {
    let path = run.join(CONFIG);
    let text = String::from_utf8(files::read(&path)?)
        .with_context(|| format!("{} is not text", path.display()))?;
    Settings::of_toml(&text)
        .map_err(|why| anyhow!("{} is not what a run was begun with: {why}", path.display()))
}

fn is_run(path: &Path) -> bool {
    path.join(CONFIG).exists() || path.join(model::CHECKPOINTS).exists()
}

/// Makes the first of the folders `NAME-001`, `NAME-002`, … in `runs` that is not there. Of several programs
/// that come to the same number at one moment, one makes the folder and the others take the next.
pub(super) fn numbered(runs: &Path, name: &str) -> Result<PathBuf> {
    for i in 1_u32.. {
        let path = runs.join(format!("{name}-{i:03}"));
        if files::make_new_folder(&path)? {
            return Ok(path);
        }
    }
    bail!("there is no number left for a run in {}", runs.display())
}
