use std::fmt;

use dcgan_gan::{DataPrint, Fingerprint};
use serde::{Deserialize, Serialize};

use crate::code;

/// What decides the numbers of a run from one of its steps on: on one machine, the same three give the
/// same bits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// Steps that had been taken before.
    pub(crate) from_step: u64,
    /// Of all of the run up to here: of this, and of what was before it.
    pub(crate) fingerprint: Fingerprint,
    /// Of the configuration and the way in which it is computed.
    pub(crate) settings: Fingerprint,
    /// The pictures: how many, and the CRC-32 of their bytes as hexadecimal digits.
    pub(crate) pictures: u64,
    pub(crate) crc32: String,
    /// The version of the code.
    pub(crate) code: String,
}

impl Origin {
    /// From the beginning on, by this program.
    fn new(settings: Fingerprint, data: DataPrint) -> Self {
        let mut origin = Self {
            from_step: 0,
            fingerprint: Fingerprint::of([""]),
            settings,
            pictures: data.pictures,
            crc32: format!("{:08x}", data.crc32),
            code: code::VERSION.to_owned(),
        };
        origin.fingerprint = origin.after(None);
        origin
    }

    /// The pictures, as a checkpoint has them; none if that was written by no program.
    pub(crate) fn data(&self) -> Option<DataPrint> {
        let crc32 = u32::from_str_radix(&self.crc32, 16).ok()?;
        Some(DataPrint { pictures: self.pictures, crc32 })
    }

    /// The fingerprint of a run that was `before` and has been this since `from_step`.
    fn after(&self, before: Option<&Self>) -> Fingerprint {
        let Self { from_step, fingerprint: _, settings, pictures, crc32, code } = self;
        let before = before.map(|before| before.fingerprint.to_string()).unwrap_or_default();
        Fingerprint::of([format!(
            "{before}\n{from_step}\n{settings}\n{pictures} {crc32}\n{code}\n"
        )])
    }

    /// What differs between this and `other`, in words; nothing if they compute the same.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut told = Vec::new();
        let mut tell = |part: &str, then: String, now: String| {
            if then != now {
                told.push(format!("{part} {then} then, {now} now"));
            }
        };
        tell("settings", self.settings.to_string(), other.settings.to_string());
        let data = |origin: &Self| format!("{} × {}", origin.pictures, origin.crc32);
        tell("data", data(self), data(other));
        tell("code", self.code.clone(), other.code.clone());
        told
    }
}

/// Goes on from `step` with what is computed now: adds to `origins` what has changed, and forgets what was to
/// begin at later steps, of which nothing has been saved. Tells what differs from the beginning.
pub(crate) fn go_on(
    origins: &mut Vec<Origin>,
    step: u64,
    settings: Fingerprint,
    data: DataPrint,
) -> Vec<String> {
    origins.retain(|origin| origin.from_step < step);
    let mut now = Origin::new(settings, data);
    let told = origins.first().map(|begun| begun.differences(&now)).unwrap_or_default();
    let last = origins.last();
    if last.is_none_or(|last| !last.differences(&now).is_empty()) {
        // A run that was begun before origins were noted has none for its first steps.
        now.from_step = step;
        now.fingerprint = now.after(last);
        origins.push(now);
    }
    told
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { from_step: _, fingerprint, settings, pictures: _, crc32, code } = self;
        write!(f, "{fingerprint}: settings {settings}, data {crc32}, code {code}")
    }
}
