use std::fmt;

use dcgan_gan::{DatasetFingerprint, Fingerprint};
use serde::{Deserialize, Serialize};

use crate::initial::StartedFrom;

/// The program that trains. Images name it, and its version is part of a run's fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// The version of its code. Results may differ between versions.
    pub version: &'static str,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// What decides the results of a run from one of its steps on: settings, data and code. On one machine, the
/// same three give the same bits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Steps taken before.
    pub from_step: u64,
    /// The fingerprint of the whole run up to here: of this origin and those before it.
    pub fingerprint: Fingerprint,
    /// The fingerprint of the configuration and the backend.
    pub settings: Fingerprint,
    /// Number of images.
    #[serde(rename = "pictures")]
    pub images: u64,
    /// The CRC-32 of their bytes as hexadecimal digits.
    pub crc32: String,
    /// The version of the code.
    pub code: String,
    /// What the run was started from, if not from random weights; of its first origin only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<StartedFrom>,
}

impl Origin {
    /// The origin of a new run.
    fn new(settings: Fingerprint, data: DatasetFingerprint, code: &str) -> Self {
        let mut origin = Self {
            from_step: 0,
            fingerprint: Fingerprint::hash([""]),
            settings,
            images: data.images,
            crc32: format!("{:08x}", data.crc32),
            code: code.to_owned(),
            from: None,
        };
        origin.fingerprint = origin.after(None);
        origin
    }

    /// The fingerprint of the images, as in a checkpoint; none if the digits are invalid.
    pub(crate) fn data(&self) -> Option<DatasetFingerprint> {
        let crc32 = u32::from_str_radix(&self.crc32, 16).ok()?;
        Some(DatasetFingerprint { images: self.images, crc32 })
    }

    /// The fingerprint of a run whose origin changed from `before` to this one at `from_step`.
    fn after(&self, before: Option<&Self>) -> Fingerprint {
        let Self { from_step, fingerprint: _, settings, images, crc32, code, from } = self;
        let before = before.map(|before| before.fingerprint.to_string()).unwrap_or_default();
        let from = from.as_ref().map(|from| format!("{}\n", from.weights)).unwrap_or_default();
        Fingerprint::hash([format!(
            "{before}\n{from_step}\n{settings}\n{images} {crc32}\n{code}\n{from}"
        )])
    }

    /// What differs between this and `other`; empty if they compute the same.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |part: &str, then: String, now: String| {
            if then != now {
                differences.push(format!("{part} {then} then, {now} now"));
            }
        };
        compare("settings", self.settings.to_string(), other.settings.to_string());
        let data = |origin: &Self| format!("{} × {}", origin.images, origin.crc32);
        compare("data", data(self), data(other));
        compare("code", self.code.clone(), other.code.clone());
        differences
    }
}

/// Resumes from `step`: appends the current origin to `origins` if it differs from the last one, and removes
/// origins of later steps, of which nothing was saved. The first origin keeps `from`, what the run was started from.
/// Returns the differences from the first origin.
pub(crate) fn resume_from(
    origins: &mut Vec<Origin>,
    step: u64,
    settings: Fingerprint,
    data: DatasetFingerprint,
    code: &str,
    from: Option<StartedFrom>,
) -> Vec<String> {
    let from = from.or_else(|| origins.first()?.from.clone());
    origins.retain(|origin| origin.from_step < step);
    let mut now = Origin::new(settings, data, code);
    let changes = origins.first().map(|first| first.differences(&now)).unwrap_or_default();
    let last = origins.last();
    if last.is_none_or(|last| !last.differences(&now).is_empty()) {
        // A run that was started before origins were recorded has none for its first steps.
        now.from_step = step;
        now.from = from.filter(|_| last.is_none());
        now.fingerprint = now.after(last);
        origins.push(now);
    }
    changes
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { from_step: _, fingerprint, settings, images: _, crc32, code, from } = self;
        write!(f, "{fingerprint}: settings {settings}, data {crc32}, code {code}")?;
        match from {
            Some(StartedFrom { weights, .. }) => write!(f, ", weights {weights}"),
            None => Ok(()),
        }
    }
}
