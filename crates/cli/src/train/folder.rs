use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::lock::{self, Lock};
use super::settings::Settings;
use crate::canvas::Canvas;
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
    /// The folder for a new run: `out`, or the first unused `runs/NAME-001`, after the data.
    ///
    /// Nothing is made yet but the folder itself, to see that it can be, and its lock.
    pub(crate) fn new(out: Option<&Path>, name: &str) -> Result<Self> {
        let path = out.map_or_else(|| unused(name), Path::to_owned);
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
        // Nobody else writes there now, so what is half written has no writer any more.
        for folder in [out.join(model::CHECKPOINTS), out.join(SAMPLES)] {
            files::sweep(&folder);
        }
        Ok(folder)
    }

    fn locked(path: PathBuf) -> Result<Self> {
        files::check_writable(&path)?;
        let lock = Arc::new(Lock::take(&path)?);
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

    pub(crate) fn events(&self) -> PathBuf {
        self.path.join("events.jsonl")
    }

    pub(crate) fn losses(&self) -> PathBuf {
        self.path.join("losses.png")
    }

    pub(crate) fn reals(&self) -> PathBuf {
        self.path.join("reals.png")
    }

    pub(crate) fn sample(&self, epoch: u64) -> PathBuf {
        self.path.join(SAMPLES).join(format!("epoch_{epoch:04}.png"))
    }

    pub(crate) fn write_settings(&self, settings: &Settings) -> Result<()> {
        let text =
            format!("# How this run was begun; --resume reads it.\n{}", toml::to_string(settings)?);
        files::write(&self.path.join(CONFIG), text.as_bytes())
    }

    pub(crate) fn read_settings(&self) -> Result<Settings> {
        let path = self.path.join(CONFIG);
        let bytes = files::read(&path)?;
        let text =
            String::from_utf8(bytes).with_context(|| format!("{} is not text", path.display()))?;
        let settings: Settings = toml::from_str(&text).map_err(|e| {
            anyhow::anyhow!("{} is not what a run was begun with: {}", path.display(), e.message())
        })?;
        Ok(settings)
    }

    pub(crate) fn write_picture(&self, path: &Path, picture: &Canvas) -> Result<()> {
        files::write(path, &picture.png()?)
    }
}

fn is_run(path: &Path) -> bool {
    path.join(CONFIG).exists() || path.join(model::CHECKPOINTS).exists()
}

/// The first of `runs/NAME-001`, `runs/NAME-002`, … that is not there.
fn unused(name: &str) -> PathBuf {
    let candidates = (1..).map(|i| Path::new("runs").join(format!("{name}-{i:03}")));
    let free = candidates.into_iter().find(|path| !path.exists());
    free.unwrap_or_else(|| PathBuf::from("runs"))
}
