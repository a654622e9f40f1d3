use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use dcgan_gan::Losses;
use serde::{Deserialize, Serialize};

use crate::files;

/// A line of `log.jsonl`: one step, and the speed since the line before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Steps taken.
    pub(crate) step: u64,
    /// Epochs taken, with a fraction.
    pub(crate) epoch: f64,
    pub(crate) loss_g: f32,
    pub(crate) loss_d_real: f32,
    pub(crate) loss_d_fake: f32,
    /// Mean D(x).
    pub(crate) d_x: f32,
    /// Mean D(G(z)).
    pub(crate) d_g_z: f32,
    pub(crate) images_per_second: f64,
    pub(crate) ms_per_step: f64,
}

impl Record {
    pub(crate) fn new(step: u64, epoch: f64, losses: &Losses, ms: f64, batch: usize) -> Self {
        Self {
            step,
            epoch,
            loss_g: losses.generator,
            loss_d_real: losses.real,
            loss_d_fake: losses.fake,
            d_x: losses.d_real,
            d_g_z: losses.d_fake,
            images_per_second: batch as f64 / ms * 1e3,
            ms_per_step: ms,
        }
    }
}

/// `log.jsonl`, and all its lines for the curves.
#[derive(Debug)]
pub(crate) struct Log {
    path: PathBuf,
    records: Vec<Record>,
    /// Bytes that the file has if nothing went wrong.
    len: u64,
}

impl Log {
    /// The log at `path`, without what lies behind `step`: after a kill the log may be ahead of the
    /// checkpoint that the run goes on from.
    pub(crate) fn open(path: PathBuf, step: u64) -> Result<Self> {
        let text = if path.exists() { files::read(&path)? } else { Vec::new() };
        let lines = text.split(|&byte| byte == b'\n');
        // A line that was cut off by a kill is no record, and is behind the checkpoint too.
        let records: Vec<Record> = lines
            .filter_map(|line| serde_json::from_slice(line).ok())
            .filter(|record: &Record| record.step <= step)
            .collect();
        let mut log = Self { path, records, len: 0 };
        log.rewrite()?;
        Ok(log)
    }

    /// Adds a line. What could not be written before comes with it.
    pub(crate) fn push(&mut self, record: Record) -> Result<()> {
        self.records.push(record);
        if !self.is_whole() {
            return self.rewrite();
        }
        let line = serde_json::to_string(&record)? + "\n";
        self.len += line.len() as u64;
        // Opened each time: a file that is held open takes lines even when it has been removed.
        let file = OpenOptions::new().append(true).open(&self.path);
        let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Writes what could not be written before.
    pub(crate) fn complete(&mut self) -> Result<()> {
        if self.is_whole() { Ok(()) } else { self.rewrite() }
    }

    /// Whether the file holds all lines but what is pushed now: a failure leaves less, or nothing.
    fn is_whole(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|about| about.len() == self.len)
    }

    fn rewrite(&mut self) -> Result<()> {
        let mut text = String::new();
        for record in &self.records {
            text.push_str(&serde_json::to_string(record)?);
            text.push('\n');
        }
        // Also if it fails: then the file has another length, and is written again.
        self.len = text.len() as u64;
        files::write(&self.path, text.as_bytes())
    }

    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }
}
