use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::Why;

/// Which checkpoints stay: `last=3,every=50,best=1` is the last three, one of every fifty epochs for
/// good, and the one with the best pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Keep {
    /// So many of the newest; at least one.
    pub(crate) last: usize,
    /// Those in which so many epochs have ended since the one before.
    pub(crate) every: Option<u64>,
    /// So many of those whose pictures are nearest to real ones.
    pub(crate) best: Option<usize>,
}

impl Default for Keep {
    fn default() -> Self {
        Self { last: 3, every: None, best: None }
    }
}

impl Keep {
    /// The epoch for whose sake a checkpoint stays for good, if it is taken at the end of a step
    /// that began after `old` epochs and ended after `new`.
    pub(crate) fn milestone(self, old: f64, new: f64) -> Option<u64> {
        let every = self.every?;
        ends(old, new, every).then(|| new as u64 / every * every)
    }

    /// Whether a checkpoint made for this stays where so many on the way are newer, be it one of the best
    /// or not.
    pub(crate) fn holds(self, newer: usize, why: Why) -> bool {
        newer < self.last || matches!(why, Why::Milestone(_))
    }
}

/// Whether an epoch whose number `every` divides ends between `old` and `new` epochs.
pub(crate) fn ends(old: f64, new: f64, every: u64) -> bool {
    old as u64 / every < new as u64 / every
}

impl FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut keep = Self::default();
        for rule in text.split(',') {
            let (name, number) = rule.split_once('=').unwrap_or((rule, ""));
            let number = number.trim();
            let wrong = |what| format!("`{}`: {what} must be a number from 1", rule.trim());
            match name.trim() {
                "last" => {
                    let last = number.parse().ok().filter(|&last| last > 0);
                    keep.last = last.ok_or_else(|| wrong("the checkpoints that stay"))?;
                }
                "every" => {
                    let every = number.parse().ok().filter(|&every| every > 0);
                    keep.every = Some(every.ok_or_else(|| wrong("the epochs"))?);
                }
                "best" => {
                    let best = number.parse().ok().filter(|&best| best > 0);
                    keep.best = Some(best.ok_or_else(|| wrong("the checkpoints that stay"))?);
                }
                _ => {
                    return Err(format!(
                        "`{}` is no rule; they are last=N, every=EPOCHS and best=N, as in last=3,every=50,best=1",
                        rule.trim()
                    ));
                }
            }
        }
        Ok(keep)
    }
}

impl TryFrom<String> for Keep {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Keep> for String {
    fn from(keep: Keep) -> Self {
        keep.to_string()
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "last={}", self.last)?;
        self.every.map_or(Ok(()), |every| write!(f, ",every={every}"))?;
        self.best.map_or(Ok(()), |best| write!(f, ",best={best}"))
    }
}
