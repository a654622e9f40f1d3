use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files::{self, Real};
use crate::run_error::{Context, Result};

/// The lines of JSON in the file at `path`; empty if the file does not exist.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let text = if path.exists() { files::read(path)? } else { Vec::new() };
    let lines = text.split(|&byte| byte == b'\n');
    // A line that was truncated by a kill is not JSON. It is later than the checkpoint anyway.
    Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

/// The text of a file of these lines.
pub(super) fn text(lines: &[impl Serialize]) -> Result<String> {
    let mut text = String::new();
    for line in lines {
        text.push_str(&serde_json::to_string(line).context("cannot write a line of JSON")?);
        text.push('\n');
    }
    Ok(text)
}

/// A file to which lines of JSON are appended, with all its lines in memory. While there are no lines, the file
/// does not exist.
#[derive(Debug)]
pub(crate) struct Lines<T> {
    path: PathBuf,
    lines: Vec<T>,
    /// The expected size of the file in bytes.
    len: u64,
}

impl<T: Serialize + DeserializeOwned> Lines<T> {
    /// The file at `path` with the lines for which `keep` is true; the others are removed.
    pub(crate) fn open(path: PathBuf, keep: impl Fn(&T) -> bool) -> Result<Self> {
        let lines = read(&path)?.into_iter().filter(keep).collect();
        let mut file = Self { path, lines, len: 0 };
        file.rewrite()?;
        Ok(file)
    }

    /// Appends a line, and any that could not be written before.
    pub(crate) fn push(&mut self, line: T) -> Result<()> {
        let text = text(std::slice::from_ref(&line))?;
        self.lines.push(line);
        if !self.is_complete() {
            return self.rewrite();
        }
        self.len += text.len() as u64;
        // Opened each time: writing to an open file succeeds even after it has been removed.
        let file = OpenOptions::new().append(true).create(true).open(&self.path);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Removes the lines for which `keep` is false.
    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) -> Result<()> {
        self.lines.retain(keep);
        self.rewrite()
    }

    /// Writes any lines that could not be written before.
    pub(crate) fn complete(&mut self) -> Result<()> {
        if self.is_complete() { Ok(()) } else { self.rewrite() }
    }

    /// Whether the file has its expected size: after a failure it is shorter or missing.
    fn is_complete(&self) -> bool {
        fs::metadata(&self.path).map_or(self.len == 0, |about| about.len() == self.len)
    }

    fn rewrite(&mut self) -> Result<()> {
        let text = text(&self.lines)?;
        // Set even if this fails: the file then has another size, and is rewritten the next time.
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
