use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files::{self, Real};

/// The lines of JSON in the file at `path`; none if it is not there.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let text = if path.exists() { files::read(path)? } else { Vec::new() };
    let lines = text.split(|&byte| byte == b'\n');
    // A line that was cut off by a kill is none, and is behind the checkpoint too.
    Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

/// What a file of these lines holds.
pub(super) fn text(lines: &[impl Serialize]) -> Result<String> {
    let mut text = String::new();
    for line in lines {
        text.push_str(&serde_json::to_string(line)?);
        text.push('\n');
    }
    Ok(text)
}

/// A file that grows by lines of JSON, and all its lines. Without a line there is no file.
#[derive(Debug)]
pub(crate) struct Lines<T> {
    path: PathBuf,
    lines: Vec<T>,
    /// Bytes that the file has if nothing went wrong.
    len: u64,
}

impl<T: Serialize + DeserializeOwned> Lines<T> {
    /// The file at `path`, without the lines that are not to be kept.
    pub(crate) fn open(path: PathBuf, keep: impl Fn(&T) -> bool) -> Result<Self> {
        let lines = read(&path)?.into_iter().filter(keep).collect();
        let mut file = Self { path, lines, len: 0 };
        file.rewrite()?;
        Ok(file)
    }

    /// Adds a line. What could not be written before comes with it.
    pub(crate) fn push(&mut self, line: T) -> Result<()> {
        let text = text(std::slice::from_ref(&line))?;
        self.lines.push(line);
        if !self.is_whole() {
            return self.rewrite();
        }
        self.len += text.len() as u64;
        // Opened each time: a file that is held open takes lines even when it has been removed.
        let file = OpenOptions::new().append(true).create(true).open(&self.path);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Takes away the lines that are not to be kept.
    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) -> Result<()> {
        self.lines.retain(keep);
        self.rewrite()
    }

    /// Writes what could not be written before.
    pub(crate) fn complete(&mut self) -> Result<()> {
        if self.is_whole() { Ok(()) } else { self.rewrite() }
    }

    /// Whether the file holds all lines but what is pushed now: a failure leaves less, or nothing.
    fn is_whole(&self) -> bool {
        fs::metadata(&self.path).map_or(self.len == 0, |about| about.len() == self.len)
    }

    fn rewrite(&mut self) -> Result<()> {
        let text = text(&self.lines)?;
        // Also if it fails: then the file has another length, and is written again.
        self.len = text.len() as u64;
        match self.lines.is_empty() {
            true if !self.path.exists() => Ok(()),
            true => files::remove_on(&mut Real, &self.path),
            false => files::write(&self.path, text.as_bytes()),
        }
    }

    pub(crate) fn lines(&self) -> &[T] {
        &self.lines
    }
}
