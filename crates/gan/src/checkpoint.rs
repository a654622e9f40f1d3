//! The whole state of a run as bytes, and back: whole or not at all.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `DCGANRUN` |
//! | 4 | version of the format, little-endian, now 2 |
//! | 8 | length of the body |
//! | 4 | CRC-32 of the body |
//! | … | the body: [`State`] by serde and bincode, without names; what has come with format 2 at its end |
//!
//! Names and shapes are not stored: they follow from the configuration, which is.

use bincode::config::standard;
use dcgan_layers::{Network, Params};
use dcgan_optim::Adam;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::state::MOST_ROLLBACKS;
use crate::watch::Watch;
use crate::{Config, DataPrint, Half, State, discriminator, generator};

mod layout;

/// What a checkpoint begins with.
pub const MAGIC: &[u8; 8] = b"DCGANRUN";

/// The version that this program writes.
pub const VERSION: u32 = 2;

const HEADER: usize = 24;

/// Why bytes are no checkpoint.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum CheckpointError {
    /// They begin with something else.
    #[error("not a checkpoint: it does not begin with DCGANRUN")]
    Foreign,
    /// A later program wrote them.
    #[error(
        "a checkpoint of format {found}, and this program reads up to format {VERSION}; use a newer dcgan"
    )]
    Newer {
        /// The version in the header.
        found: u32,
    },
    /// Some are missing.
    #[error("cut short: it holds {found} of {expected} bytes; use an earlier checkpoint")]
    Truncated {
        /// Bytes that the header announces.
        expected: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// The checksum does not match.
    #[error("damaged: its bytes do not match its checksum; use an earlier checkpoint")]
    Damaged,
    /// The checksum matches and the content makes no sense.
    #[error("not a state of a run: {0}")]
    Inconsistent(String),
}

/// The body: a [`State`] stripped of what follows from its configuration.
#[derive(Serialize, Deserialize)]
struct Body {
    config: Config,
    step: u64,
    data: DataPrint,
    generator: Part,
    discriminator: Part,
}

#[derive(Serialize, Deserialize)]
struct Part {
    theta: Vec<f32>,
    running: Vec<f32>,
    tracked: u64,
    adam: Adam,
}

/// What has come with format 2. It is always of the same length.
#[derive(Default, Serialize, Deserialize)]
struct Tail {
    rollbacks: u32,
    watch: Watch,
}

/// `state` as bytes. Equal states give equal bytes.
pub fn encode(state: &State) -> Vec<u8> {
    let body = Body {
        config: state.config,
        step: state.step,
        data: state.data,
        generator: Part::of(&state.generator),
        discriminator: Part::of(&state.discriminator),
    };
    let mut body = written(&body);
    body.extend(written(&Tail { rollbacks: state.rollbacks, watch: state.watch.clone() }));
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

/// The state that `bytes` hold.
///
/// # Errors
/// If they are no checkpoint, or not a whole one.
pub fn decode(bytes: &[u8]) -> Result<State, CheckpointError> {
    let (version, bytes) = body(bytes)?;
    let wrong = CheckpointError::Inconsistent;
    let config: Config = read(bytes)?;
    config.validate().map_err(|e| wrong(e.to_string()))?;
    let tail = if version < 2 { 0 } else { written(&Tail::default()).len() };
    layout::check(bytes, &config, tail).map_err(wrong)?;
    let body: Body = read(bytes)?;
    let tail = match tail {
        0 => Tail::default(),
        _ => read(&bytes[bytes.len() - tail..])?,
    };
    if tail.rollbacks > MOST_ROLLBACKS {
        return Err(wrong(format!("{} rollbacks, of {MOST_ROLLBACKS} at most", tail.rollbacks)));
    }
    Ok(State {
        config: body.config,
        step: body.step,
        data: body.data,
        generator: body.generator.check(&generator(&body.config)).map_err(wrong)?,
        discriminator: body.discriminator.check(&discriminator(&body.config)).map_err(wrong)?,
        rollbacks: tail.rollbacks,
        watch: tail.watch,
    })
}

/// The version of the format of `bytes`, whatever it is.
///
/// # Errors
/// If they are no checkpoint.
pub fn version(bytes: &[u8]) -> Result<u32, CheckpointError> {
    let header = bytes.strip_prefix(MAGIC).ok_or(CheckpointError::Foreign)?;
    let found = bytes.len() as u64;
    let version = header.first_chunk().copied().map(u32::from_le_bytes);
    version.ok_or(CheckpointError::Truncated { expected: HEADER as u64, found })
}

fn written(value: &impl Serialize) -> Vec<u8> {
    bincode::serde::encode_to_vec(value, standard().with_fixed_int_encoding())
        .expect("plain numbers can always be written")
}

/// What `bytes` begin with.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CheckpointError> {
    let decoded = bincode::serde::decode_from_slice(bytes, standard().with_fixed_int_encoding());
    decoded.map(|(value, _)| value).map_err(|e| CheckpointError::Inconsistent(e.to_string()))
}

/// The version, and the body behind a header that is in order.
fn body(bytes: &[u8]) -> Result<(u32, &[u8]), CheckpointError> {
    let known = bytes.len().min(MAGIC.len());
    if bytes[..known] != MAGIC[..known] || bytes.is_empty() {
        return Err(CheckpointError::Foreign);
    }
    let found = bytes.len() as u64;
    let Some((header, body)) = bytes.split_at_checked(HEADER) else {
        return Err(CheckpointError::Truncated { expected: HEADER as u64, found });
    };
    let u32_at = |at: usize| {
        u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let version = u32_at(8);
    if version > VERSION {
        return Err(CheckpointError::Newer { found: version });
    }
    let length = u64::from(u32_at(12)) | u64::from(u32_at(16)) << 32;
    if length != body.len() as u64 {
        let expected = length.saturating_add(HEADER as u64);
        return Err(CheckpointError::Truncated { expected, found });
    }
    if crc32fast::hash(body) != u32_at(20) {
        return Err(CheckpointError::Damaged);
    }
    Ok((version, body))
}

impl Part {
    fn of(half: &Half) -> Self {
        Self {
            theta: half.theta.as_slice().to_vec(),
            running: half.running.as_slice().to_vec(),
            tracked: half.tracked,
            adam: half.adam.clone(),
        }
    }

    /// The half of a state for `network`, if the lengths are its own.
    fn check(self, network: &Network) -> Result<Half, String> {
        let theta = filled(network.init(&mut || 0.0), &self.theta)?;
        let running = filled(network.init_running(), &self.running)?;
        if !self.adam.fits(theta.len()) {
            return Err(format!("the optimiser is not one of {} parameters", theta.len()));
        }
        Ok(Half { theta, running, tracked: self.tracked, adam: self.adam })
    }
}

fn filled(mut params: Params, floats: &[f32]) -> Result<Params, String> {
    if params.len() != floats.len() {
        return Err(format!("{} floats where the network has {}", floats.len(), params.len()));
    }
    params.as_mut_slice().copy_from_slice(floats);
    Ok(params)
}
