use std::path::PathBuf;

use dcgan_gan::State;
use serde::{Deserialize, Serialize};

use super::jsonl::Lines;
use crate::run_error::Result;

/// A line of `events.jsonl`: something that was reported about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Steps taken.
    pub step: u64,
    /// Rollbacks before this step.
    pub rollbacks: u32,
    /// The name of the symptom, or `diverged`.
    pub about: String,
    /// Whether the problem starts; otherwise it has cleared.
    #[serde(rename = "begins")]
    pub starts: bool,
    /// The message.
    #[serde(rename = "said")]
    pub message: String,
}

/// `events.jsonl`, which does not exist while there is nothing to report.
pub(crate) type Incidents = Lines<Incident>;

impl Incidents {
    /// What had been reported when the run was at `state`. A run that rolled back has abandoned the steps
    /// ahead, but what was reported of them remains.
    pub(crate) fn up_to(path: PathBuf, state: &State) -> Result<Self> {
        let now = (state.rollbacks, state.step);
        Self::open(path, |incident| (incident.rollbacks, incident.step) <= now)
    }
}
