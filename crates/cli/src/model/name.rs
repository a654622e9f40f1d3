use std::fmt;
use std::path::{Path, PathBuf};

use dcgan_gan::State;

use super::CHECKPOINTS;

/// What a checkpoint is called, so that what stays and what a run goes on from can be told without
/// opening it, and whatever becomes of the settings. In the order in which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    /// Times that the run had gone back before.
    pub(crate) rollbacks: u32,
    /// Steps taken.
    pub(crate) step: u64,
    pub(crate) why: Why,
}

/// What a checkpoint was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// Its turn had come, or the run had ended.
    Due,
    /// This epoch, for whose sake it stays for good.
    Milestone(u64),
    /// The run was stopped between two that were due: there to go on from, and for nothing else.
    Stopped,
}

impl Name {
    /// That of a checkpoint of `state`.
    pub(crate) fn of_state(state: &State, why: Why) -> Self {
        Self { rollbacks: state.rollbacks, step: state.step, why }
    }

    /// Where a run keeps it.
    pub(crate) fn path(self, run: &Path) -> PathBuf {
        run.join(CHECKPOINTS).join(self.to_string())
    }

    /// Of one of a run that has never gone back.
    #[cfg(test)]
    pub(crate) fn of(step: u64, why: Why) -> Self {
        Self { rollbacks: 0, step, why }
    }

    /// What such a name tells.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let rest = name.strip_prefix("step_")?.strip_suffix(".ckpt")?;
        let (rest, why) = match (rest.strip_suffix("_stopped"), rest.split_once("_epoch_")) {
            (Some(rest), _) => (rest, Why::Stopped),
            (None, Some((rest, epoch))) => (rest, Why::Milestone(epoch.parse().ok()?)),
            (None, None) => (rest, Why::Due),
        };
        let (step, rollbacks) = rest.split_once("_rollback_").unwrap_or((rest, "0"));
        Some(Self { rollbacks: rollbacks.parse().ok()?, step: step.parse().ok()?, why })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "step_{:08}", self.step)?;
        if self.rollbacks > 0 {
            write!(f, "_rollback_{}", self.rollbacks)?;
        }
        match self.why {
            Why::Due => {}
            Why::Milestone(epoch) => write!(f, "_epoch_{epoch:04}")?,
            Why::Stopped => f.write_str("_stopped")?,
        }
        f.write_str(".ckpt")
    }
}
