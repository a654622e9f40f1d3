use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kernel_choice::named;

/// Whether the training is monitored for symptoms such as mode collapse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Watching {
    /// Monitoring is on.
    #[default]
    On,
    /// Monitoring is off.
    Off,
}

/// What to do when training diverges (NaN or infinity).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnDivergence {
    /// Stop with an error.
    #[default]
    Stop,
    /// Roll back to the last checkpoint and retry with different latents, a limited number of times.
    Rollback,
}

impl fmt::Display for Watching {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::On => "on",
            Self::Off => "off",
        })
    }
}

impl fmt::Display for OnDivergence {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Stop => "stop",
            Self::Rollback => "rollback",
        })
    }
}

impl FromStr for Watching {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        named(&[Self::On, Self::Off], text)
    }
}

impl FromStr for OnDivergence {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        named(&[Self::Stop, Self::Rollback], text)
    }
}
