//! The whole state of a run as bytes, and back: whole or not at all.
//!
//! | bytes | |
//! |---|---|
//! | 8 | `DCGANRUN` |
//! | 4 | version of the format, little-endian, now 3 |
//! | 8 | length of the body |
//! | 4 | CRC-32 of the body |
//! | … | the body: an [`archive`](self) of named values and named arrays |
//!
//! The body of format 3 begins with the length of its index (8 bytes) and the index, which lists the
//! name and value of every setting and counter, and the name and shape of every array. The floats of the
//! arrays follow in that order, little-endian. A value that is added later has a default in files that
//! do not have it, so it needs no new version; a name that a program does not know is refused, since
//! that program would compute something else.
//!
//! Formats 1 and 2 had no names; they are still read.

use std::ops::Range;

use dcgan_layers::Params;
use thiserror::Error;

use crate::numbers::Fault;
use crate::{Config, GeneratorWeights};

mod archive;
mod generator;
mod legacy;
#[cfg(feature = "train")]
mod state;

pub use generator::decode_generator;
#[cfg(feature = "train")]
pub use state::{decode, encode};

/// What a checkpoint begins with.
pub const MAGIC: &[u8; 8] = b"DCGANRUN";

/// The version that this program writes.
pub const VERSION: u32 = 3;

/// Bytes before the body.
const HEADER: usize = 24;

/// Why bytes are not a checkpoint.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum CheckpointError {
    /// They begin with something else.
    #[error("not a checkpoint: it does not begin with DCGANRUN")]
    Foreign,
    /// A later program wrote them.
    #[error(
        "a checkpoint of format {found}, but this program reads formats up to {VERSION}; use a newer dcgan"
    )]
    Newer {
        /// The version in the header.
        found: u32,
    },
    /// Some are missing.
    #[error("truncated: it holds {found} of {expected} bytes; use an earlier checkpoint")]
    Truncated {
        /// Bytes that the header announces.
        expected: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// The checksum does not match.
    #[error("damaged: its bytes do not match its checksum; use an earlier checkpoint")]
    Damaged,
    /// The checksum matches, but the content makes no sense.
    #[error("not the state of a run: {0}")]
    Inconsistent(String),
}

/// The version of the format of `bytes`, whatever it is.
///
/// # Errors
/// If they are not a checkpoint.
pub fn version(bytes: &[u8]) -> Result<u32, CheckpointError> {
    let header = bytes.strip_prefix(MAGIC).ok_or(CheckpointError::Foreign)?;
    let found = bytes.len() as u64;
    let version = header.first_chunk().copied().map(u32::from_le_bytes);
    version.ok_or(CheckpointError::Truncated { expected: HEADER as u64, found })
}

/// `body` after a header of the present version.
#[cfg(feature = "train")]
fn seal(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// The version and the body, if the header is valid and the checksum matches.
fn open(bytes: &[u8]) -> Result<(u32, &[u8]), CheckpointError> {
    let known = bytes.len().min(MAGIC.len());
    if bytes[..known] != MAGIC[..known] || bytes.is_empty() {
        return Err(CheckpointError::Foreign);
    }
    let found = bytes.len() as u64;
    let Some((header, body)) = bytes.split_at_checked(HEADER) else {
        return Err(CheckpointError::Truncated { expected: HEADER as u64, found });
    };
    let u32_at = |at: Range<usize>| u32::from_le_bytes(header[at].try_into().expect("four bytes"));
    let version = u32_at(8..12);
    if version > VERSION {
        return Err(CheckpointError::Newer { found: version });
    }
    let length = u64::from_le_bytes(header[12..20].try_into().expect("eight bytes"));
    if length != body.len() as u64 {
        let expected = length.saturating_add(HEADER as u64);
        return Err(CheckpointError::Truncated { expected, found });
    }
    if crc32fast::hash(body) != u32_at(20..24) {
        return Err(CheckpointError::Damaged);
    }
    Ok((version, body))
}

/// The error for a number that no state may hold. Early versions of this program could write one.
fn faulty(place: &str, fault: Fault) -> CheckpointError {
    CheckpointError::Inconsistent(format!("{place} is {fault}; use an earlier checkpoint"))
}

/// Names of the averaged parameters of G in an archive.
const AVERAGE: &str = "generator.average.";

/// Names of the batch-norm statistics of the generator that is shown.
const STATISTICS: &str = "generator.statistics.";

/// Names of the settings in an archive.
const CONFIG: &str = "config.";

/// The configuration in an archive: a setting that was added after the file was written has its default.
fn config(archive: &archive::Archive) -> Result<Config, String> {
    let mut config = Config::default();
    for field in Config::FIELDS {
        let name = format!("{CONFIG}{}", field.name);
        match archive.value(&name) {
            Some(value) if (field.set)(&mut config, value) => {}
            Some(value) => return Err(format!("`{name}` is {value}")),
            None if field.since == crate::Since::Added => {}
            None => return Err(format!("`{name}` is missing")),
        }
    }
    config.validate().map_err(|error| error.to_string())?;
    Ok(config)
}

/// Fills `params` from the arrays whose names begin with `prefix`.
fn read_params(
    archive: &archive::Archive,
    prefix: &str,
    params: &mut Params,
) -> Result<(), String> {
    for entry in params.entries().to_vec() {
        let name = format!("{prefix}{}", entry.name);
        archive.check(&name, &entry.spec.shape)?;
        params.as_mut_slice()[entry.range].copy_from_slice(&archive.floats(&name)?);
    }
    Ok(())
}

/// The weights of a generator whose arrays are `name` to floats.
fn generator_weights(
    config: Config,
    array: impl Fn(&str) -> Result<Vec<f32>, String>,
) -> Result<GeneratorWeights, String> {
    let mut weights = GeneratorWeights::zeros(config);
    for params in [&mut weights.theta, &mut weights.buffers] {
        for entry in params.entries().to_vec() {
            let floats = array(&entry.name)?;
            params.as_mut_slice()[entry.range].copy_from_slice(&floats);
        }
    }
    Ok(weights)
}
