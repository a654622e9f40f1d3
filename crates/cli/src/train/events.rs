use std::path::PathBuf;

use anyhow::Result;
use dcgan_gan::State;
use serde::{Deserialize, Serialize};

use super::lines::Lines;

/// A line of `events.jsonl`: what was told of a run while it went on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Event {
    /// Steps taken then.
    pub(crate) step: u64,
    /// Times that the run had gone back before.
    pub(crate) rollbacks: u32,
    /// What it is about: a trouble's name, or `diverged`.
    pub(crate) about: String,
    /// Whether it began, or else ended.
    pub(crate) begins: bool,
    /// In the words of the screen.
    pub(crate) said: String,
}

/// `events.jsonl`, which is not there while there is nothing to tell.
pub(crate) type Events = Lines<Event>;

impl Events {
    /// What had been told when the run stood at `state`. A run that went back has left what lay ahead,
    /// but was told of it.
    pub(crate) fn up_to(path: PathBuf, state: &State) -> Result<Self> {
        let now = (state.rollbacks, state.step);
        Self::open(path, |event| (event.rollbacks, event.step) <= now)
    }
}
