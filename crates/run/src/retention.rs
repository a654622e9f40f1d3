use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::checkpoint_dir::Reason;

/// Which checkpoints are kept: `last=3,every=50,best=1` keeps the newest three, one every 50 epochs permanently,
/// and the one with the best samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Retention {
    /// Number of newest checkpoints to keep; at least 1.
    pub last: usize,
    /// Number of epochs between permanent checkpoints.
    pub every: Option<u64>,
    /// Number of checkpoints to keep whose samples are closest to the dataset.
    pub best: Option<usize>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { last: 3, every: None, best: None }
    }
}

impl Retention {
    /// The epoch for which a checkpoint is kept permanently, if it is saved after a step from `old` to `new`
    /// epochs.
    pub(crate) fn milestone(self, old: f64, new: f64) -> Option<u64> {
        let every = self.every?;
        epoch_boundary(old, new, every).then(|| new as u64 / every * every)
    }

    /// Whether a checkpoint saved for this reason is kept when `newer` checkpoints of the run's history are newer
    /// and it is not one of the best.
    pub(crate) fn keeps(self, newer: usize, reason: Reason) -> bool {
        newer < self.last || matches!(reason, Reason::Milestone(_))
    }
}

/// Whether an epoch whose number is a multiple of `every` ends between `old` and `new` epochs.
pub(crate) fn epoch_boundary(old: f64, new: f64, every: u64) -> bool {
    old as u64 / every < new as u64 / every
}

impl FromStr for Retention {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut keep = Self::default();
        for rule in text.split(',') {
            let (name, number) = rule.split_once('=').unwrap_or((rule, ""));
            let number = number.trim();
            let wrong =
                |what| format!("`{}`: the number of {what} must be at least 1", rule.trim());
            match name.trim() {
                "last" => {
                    let last = number.parse().ok().filter(|&last| last > 0);
                    keep.last = last.ok_or_else(|| wrong("checkpoints"))?;
                }
                "every" => {
                    let every = number.parse().ok().filter(|&every| every > 0);
                    keep.every = Some(every.ok_or_else(|| wrong("epochs"))?);
                }
                "best" => {
                    let best = number.parse().ok().filter(|&best| best > 0);
                    keep.best = Some(best.ok_or_else(|| wrong("checkpoints"))?);
                }
                _ => {
                    return Err(format!(
                        "`{}` is not a rule; the rules are last=N, every=EPOCHS and best=N, as in last=3,every=50,best=1",
                        rule.trim()
                    ));
                }
            }
        }
        Ok(keep)
    }
}

impl TryFrom<String> for Retention {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Retention> for String {
    fn from(keep: Retention) -> Self {
        keep.to_string()
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "last={}", self.last)?;
        self.every.map_or(Ok(()), |every| write!(f, ",every={every}"))?;
        self.best.map_or(Ok(()), |best| write!(f, ",best={best}"))
    }
}
