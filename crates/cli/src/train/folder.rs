use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::settings::Settings;
use crate::canvas::Canvas;
use crate::{files, model};

const CONFIG: &str = "config.toml";

/// The folder of a run: what lies where.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder for a new run: `out`, or the first unused `runs/NAME-001`, after the data.
    ///
    /// Nothing is made yet but the folder itself, to see that it can be.
    pub(crate) fn new(out: Option<&Path>, name: &str) -> Result<Self> {
        let folder = match out {
            Some(out) => Self(out.to_owned()),
            None => unused(name),
        };
        if folder.is_run() {
            bail!(
                "{} holds a run already; add --resume to go on with it, or choose another --out",
                folder.0.display()
            );
        }
        files::check_writable(&folder.0)?;
        Ok(folder)
    }

    /// The folder of a run that is there.
    pub(crate) fn existing(out: &Path) -> Result<Self> {
        let folder = Self(out.to_owned());
        if !folder.is_run() {
            bail!(
                "there is no run in {}: it has no {CONFIG}; leave out --resume to begin one",
                out.display()
            );
        }
        files::check_writable(&folder.0)?;
        Ok(folder)
    }

    /// Takes an empty folder away again, when no run came of it.
    pub(crate) fn forget(&self) {
        // Fails, as it should, if anything lies in it.
        let _ = fs::remove_dir(&self.0);
    }

    fn is_run(&self) -> bool {
        self.0.join(CONFIG).exists() || self.0.join(model::CHECKPOINTS).exists()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.0.join("log.jsonl")
    }

    pub(crate) fn losses(&self) -> PathBuf {
        self.0.join("losses.png")
    }

    pub(crate) fn reals(&self) -> PathBuf {
        self.0.join("reals.png")
    }

    pub(crate) fn sample(&self, epoch: u64) -> PathBuf {
        self.0.join("samples").join(format!("epoch_{epoch:04}.png"))
    }

    pub(crate) fn write_settings(&self, settings: &Settings) -> Result<()> {
        let text =
            format!("# How this run was begun; --resume reads it.\n{}", toml::to_string(settings)?);
        files::write(&self.0.join(CONFIG), text.as_bytes())
    }

    pub(crate) fn read_settings(&self) -> Result<Settings> {
        let path = self.0.join(CONFIG);
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

/// The first of `runs/NAME-001`, `runs/NAME-002`, … that is not there.
fn unused(name: &str) -> Folder {
    let candidates = (1..).map(|i| Path::new("runs").join(format!("{name}-{i:03}")));
    let free = candidates.into_iter().find(|path| !path.exists());
    Folder(free.unwrap_or_else(|| PathBuf::from("runs")))
}
