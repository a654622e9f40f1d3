use std::fmt;
use std::path::{Path, PathBuf};

use crate::CHECKPOINTS;

/// The name of a checkpoint. Whether it is kept and can be resumed from follows from the name alone, without
/// opening the file, even if the settings change later. Ordered by creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SavedName {
    /// Rollbacks before it was saved.
    pub rollbacks: u32,
    /// Steps taken.
    pub step: u64,
    /// Why it was saved.
    pub reason: Reason,
}

/// Why a checkpoint was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It was due, or the run had ended.
    Due,
    /// It was due, and is kept permanently for this epoch.
    Milestone(u64),
    /// The run was stopped before the next one was due. It serves only to resume the run.
    Stopped,
    /// It was requested. It is kept until it is deleted by hand.
    Requested,
}

impl Reason {
    /// Whether the run saves it regardless of interruptions and requests.
    #[must_use]
    pub fn is_due(self) -> bool {
        matches!(self, Self::Due | Self::Milestone(_))
    }
}

impl SavedName {
    /// Its path in the folder of a run.
    #[must_use]
    pub fn path(self, run: &Path) -> PathBuf {
        run.join(CHECKPOINTS).join(self.to_string())
    }

    /// Parses a file name; `None` if it is not the name of a checkpoint.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let rest = name.strip_prefix("step_")?.strip_suffix(".ckpt")?;
        let marked = |mark, reason| Some((rest.strip_suffix(mark)?, reason));
        let (rest, reason) = if let Some(marked) = marked("_stopped", Reason::Stopped) {
            marked
        } else if let Some(marked) = marked("_requested", Reason::Requested) {
            marked
        } else if let Some((rest, epoch)) = rest.split_once("_epoch_") {
            (rest, Reason::Milestone(epoch.parse().ok()?))
        } else {
            (rest, Reason::Due)
        };
        let (step, rollbacks) = rest.split_once("_rollback_").unwrap_or((rest, "0"));
        Some(Self { rollbacks: rollbacks.parse().ok()?, step: step.parse().ok()?, reason })
    }
}

impl fmt::Display for SavedName {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "step_{:08}", self.step)?;
        if self.rollbacks > 0 {
            write!(f, "_rollback_{}", self.rollbacks)?;
        }
        match self.reason {
            Reason::Due => {}
            Reason::Milestone(epoch) => write!(f, "_epoch_{epoch:04}")?,
            Reason::Stopped => f.write_str("_stopped")?,
            Reason::Requested => f.write_str("_requested")?,
        }
        f.write_str(".ckpt")
    }
}
