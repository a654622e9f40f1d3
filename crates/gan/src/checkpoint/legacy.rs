//! Formats 1 and 2: the state by serde and bincode, without names. Whatever came with format 2 is at the
//! end, and always of the same length.
#![cfg_attr(
    not(feature = "train"),
    allow(dead_code, reason = "fields that only training needs are read for their place")
)]

use bincode::config::standard;
use dcgan_layers::{Layer, Network, ParamSpec};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::HEADER;
use crate::{Config, GeneratorWeights, discriminator};

/// Settings, step and dataset: nine numbers of eight bytes, one, and one with four more.
const FIXED: usize = 9 * 8 + 8 + 8 + 4;

/// Bytes that came with format 2: [`Tail`].
const TAIL: usize = 4 + 7 * 8 + 6 * 17 + 1 + 16 * 16 * 4;

/// The settings of these formats, in their order. It never changes.
#[derive(Deserialize)]
struct Settings {
    image_size: u64,
    channels: u64,
    nz: u64,
    ngf: u64,
    ndf: u64,
    batch_size: u64,
    lr: f64,
    beta1: f64,
    seed: u64,
}

#[derive(Deserialize)]
struct Body {
    /// Read before the rest, to check its lengths.
    _settings: Settings,
    step: u64,
    /// Number of images, and CRC-32.
    dataset: (u64, u32),
    generator: Part,
    discriminator: Part,
}

#[derive(Deserialize)]
struct Part {
    theta: Vec<f32>,
    buffers: Vec<f32>,
    num_batches_tracked: u64,
    /// Steps, m and v.
    adam: (u64, Vec<f32>, Vec<f32>),
}

/// What came with format 2.
#[derive(Default, Deserialize)]
struct Tail {
    rollbacks: u32,
    sums: Sums,
    /// Active, reports, sum.
    hysteresis: [(bool, u64, f64); 6],
    grid_seen: bool,
    grid: [[f32; 16]; 16],
}

/// Steps, accuracy on real and on generated images, logit gap, looks, and both variances.
type Sums = (u64, f64, f64, f64, u64, [f64; 2]);

/// The generator in the body of a checkpoint of format 1 or 2.
pub(super) fn generator(version: u32, body: &[u8]) -> Result<GeneratorWeights, String> {
    let (config, body, _) = read(version, body)?;
    let Part { theta, buffers, .. } = body.generator;
    let mut weights = GeneratorWeights::zeros(config);
    weights.theta.as_mut_slice().copy_from_slice(&theta);
    weights.buffers.as_mut_slice().copy_from_slice(&buffers);
    Ok(weights)
}

/// The state in the body of a checkpoint of format 1 or 2.
#[cfg(feature = "train")]
pub(super) fn state(version: u32, body: &[u8]) -> Result<crate::State, String> {
    use crate::monitor::{Hysteresis, Monitor, SampleGrid, Sums};
    let (config, body, tail) = read(version, body)?;
    let mut state = crate::State::new(config).map_err(|error| error.to_string())?;
    let (images, crc32) = body.dataset;
    (state.step, state.rollbacks) = (body.step, tail.rollbacks);
    state.dataset = crate::DatasetFingerprint { images, crc32 };
    for (part, network) in
        [(body.generator, &mut state.generator), (body.discriminator, &mut state.discriminator)]
    {
        let (steps, m, v) = part.adam;
        network.theta.as_mut_slice().copy_from_slice(&part.theta);
        network.buffers.as_mut_slice().copy_from_slice(&part.buffers);
        network.num_batches_tracked = part.num_batches_tracked;
        network.adam = dcgan_optim::Adam::from_moments(steps, m, v);
    }
    let (steps, real, fake, logit_gap, looks, variances) = tail.sums;
    let sums = Sums {
        steps,
        accuracy: [real, fake],
        logit_gap,
        looks,
        variances,
        // The only objective of that time has one.
        has_boundary: steps > 0,
        ..Sums::default()
    };
    let mut monitor = Monitor { sums, ..Monitor::default() };
    // Symptoms that were added later have no history.
    for (to, (active, reports, sum)) in monitor.hysteresis.iter_mut().zip(tail.hysteresis) {
        *to = Hysteresis { active, reports, sum };
    }
    monitor.grid = SampleGrid { seen: tail.grid_seen, tiles: tail.grid };
    state.monitor = monitor;
    Ok(state)
}

/// Reads a body whose lengths have been checked against its settings.
fn read(version: u32, bytes: &[u8]) -> Result<(Config, Body, Tail), String> {
    let settings: Settings = decode(bytes)?;
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    #[allow(clippy::needless_update, reason = "settings that came later have their defaults")]
    let config = Config {
        image_size: size(settings.image_size),
        channels: size(settings.channels),
        nz: size(settings.nz),
        ngf: size(settings.ngf),
        ndf: size(settings.ndf),
        batch_size: size(settings.batch_size),
        lr: settings.lr,
        beta1: settings.beta1,
        seed: settings.seed,
        ..Config::default()
    };
    config.validate().map_err(|error| error.to_string())?;
    let tail = if version < 2 { 0 } else { TAIL };
    check(bytes, &config, tail)?;
    let tail = match tail {
        0 => Tail::default(),
        _ => decode(&bytes[bytes.len() - tail..])?,
    };
    Ok((config, decode(bytes)?, tail))
}

/// The value that `bytes` begin with.
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let decoded = bincode::serde::decode_from_slice(bytes, standard().with_fixed_int_encoding());
    decoded.map(|(value, _)| value).map_err(|error| error.to_string())
}

/// Checks every length in `body` against the networks of `config`, so that no number in a file decides
/// how much memory is taken. After the networks there are `tail` bytes.
fn check(body: &[u8], config: &Config, tail: usize) -> Result<(), String> {
    let mut cursor = Cursor { body, at: FIXED };
    for (name, network) in
        [("generator", crate::generator(config)), ("discriminator", discriminator(config))]
    {
        let theta = len(&network, |layer| layer.params());
        let buffers = len(&network, |layer| layer.buffers());
        cursor.skip(name, "theta", theta)?;
        cursor.skip(name, "buffers", buffers)?;
        // Batches tracked, and steps of Adam.
        cursor.at += 2 * 8;
        cursor.skip(name, "Adam's m", theta)?;
        cursor.skip(name, "Adam's v", theta)?;
    }
    cursor.at += tail;
    match body.len() {
        len if len == cursor.at => Ok(()),
        len => Err(format!("a body of {len} bytes where this configuration has {}", cursor.at)),
    }
}

fn len(network: &Network, of: fn(&dyn Layer) -> Vec<ParamSpec>) -> usize {
    network.nodes().iter().flat_map(|node| of(&*node.layer)).map(|spec| spec.len()).sum()
}

/// A position in a body.
struct Cursor<'a> {
    body: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    /// Skips an array, if the length before it is the expected one.
    fn skip(&mut self, network: &str, array: &str, expected: usize) -> Result<(), String> {
        let at = HEADER + self.at;
        let rest = self.body.get(self.at..).and_then(|rest| rest.first_chunk());
        let Some(length) = rest else {
            return Err(format!("the {network}'s {array} is missing at byte {at}"));
        };
        let found = u64::from_le_bytes(*length);
        if found != expected as u64 {
            return Err(format!(
                "the {network}'s {array} has {found} floats at byte {at} where the network has {expected}"
            ));
        }
        self.at += 8 + 4 * expected;
        Ok(())
    }
}
