//! A [`State`] as an archive, and back.

use std::mem::discriminant;

use dcgan_layers::Params;
use dcgan_optim::Adam;

use super::archive::{self, Archive, ArrayInfo, Index};
use super::{
    AVERAGE, CONFIG, CheckpointError, STATISTICS, config, legacy, open, read_params, seal,
};
use crate::monitor::{Monitor, NonFinite, SampleGrid};
use crate::{
    Config, DatasetFingerprint, MAX_ROLLBACKS, NetworkState, State, Value, discriminator, generator,
};

const MONITOR: &str = "monitor.";
const GRID: &str = "monitor.grid";
const LECAM: &str = "lecam.";

/// `state` as bytes. Equal states give equal bytes.
///
/// # Errors
/// If a number is not one that a state may hold ([`crate::numbers`]): such a state is not worth keeping.
pub fn encode(state: &State) -> Result<Vec<u8>, NonFinite> {
    if let Some(non_finite) = state.non_finite() {
        return Err(non_finite);
    }
    let networks = [("generator", &state.generator), ("discriminator", &state.discriminator)];
    let arrays = networks.iter().flat_map(|(_, network)| floats(network));
    let grid = state.monitor.grid.tiles.as_flattened();
    let shown = shown_params(state).flat_map(|(_, params)| params.iter().map(|(_, floats)| floats));
    Ok(seal(&archive::write(&index(state), arrays.chain([grid]).chain(shown))))
}

/// The state in a checkpoint.
///
/// # Errors
/// If `bytes` are not a whole checkpoint, or hold a number that no state may hold.
pub fn decode(bytes: &[u8]) -> Result<State, CheckpointError> {
    let (version, body) = open(bytes)?;
    let state = if version < 3 { legacy::state(version, body) } else { from_archive(body) };
    let state = state.map_err(CheckpointError::Inconsistent)?;
    if state.rollbacks > MAX_ROLLBACKS {
        let why = format!("{} rollbacks, of {MAX_ROLLBACKS} at most", state.rollbacks);
        return Err(CheckpointError::Inconsistent(why));
    }
    if let Some(lost) = state.non_finite() {
        return Err(super::faulty(&lost.place(), lost.fault));
    }
    Ok(state)
}

/// The values and arrays of a state.
fn index(state: &State) -> Index {
    let mut index = Index::default();
    let mut put = |name: String, value: Value| index.values.push((name, value));
    for field in Config::FIELDS {
        if let Some(value) = field.written(&state.config) {
            put(format!("{CONFIG}{}", field.name), value);
        }
    }
    put("step".into(), Value::Int(state.step));
    put("rollbacks".into(), Value::Int(state.rollbacks.into()));
    put("dataset.images".into(), Value::Int(state.dataset.images));
    put("dataset.crc32".into(), Value::Int(state.dataset.crc32.into()));
    for (name, network) in
        [("generator", &state.generator), ("discriminator", &state.discriminator)]
    {
        put(format!("{name}.num_batches_tracked"), Value::Int(network.num_batches_tracked));
        put(format!("{name}.adam.steps"), Value::Int(network.adam.steps()));
        index.arrays.extend(network_arrays(name, &network.theta, &network.buffers));
    }
    if let Some(anchors) = &state.lecam {
        for (name, anchor) in [("real", anchors.real), ("fake", anchors.fake)] {
            index.values.push((format!("{LECAM}{name}"), Value::Float(anchor)));
        }
    }
    for (name, value) in state.monitor.values() {
        index.values.push((format!("{MONITOR}{name}"), value));
    }
    let tiles = &state.monitor.grid.tiles;
    index.arrays.push(ArrayInfo::new(GRID.to_owned(), &[tiles.len(), tiles[0].len()]));
    for (prefix, params) in shown_params(state) {
        for entry in params.entries() {
            let name = format!("{prefix}{}", entry.name);
            index.arrays.push(ArrayInfo::new(name, &entry.spec.shape));
        }
    }
    index
}

/// What a state has of the generator that is shown, beyond the parameters and buffers that are trained.
fn shown_params(state: &State) -> impl Iterator<Item = (&str, &Params)> {
    let average = state.average.iter().map(|average| (AVERAGE, average));
    average.chain(state.statistics.iter().map(|statistics| (STATISTICS, statistics)))
}

/// The arrays of a network, in the order of [`floats`].
fn network_arrays(network: &str, theta: &Params, buffers: &Params) -> Vec<ArrayInfo> {
    let entries = theta.entries().iter().chain(buffers.entries());
    let named =
        entries.map(|entry| ArrayInfo::new(format!("{network}.{}", entry.name), &entry.spec.shape));
    let moments =
        ["m", "v"].map(|moment| ArrayInfo::new(format!("{network}.adam.{moment}"), &[theta.len()]));
    named.chain(moments).collect()
}

fn floats(network: &NetworkState) -> impl Iterator<Item = &[f32]> {
    let (m, v) = network.adam.moments();
    let named = network.theta.iter().chain(network.buffers.iter());
    named.map(|(_, floats)| floats).chain([m, v])
}

fn from_archive(body: &[u8]) -> Result<State, String> {
    let archive = Archive::open(body)?;
    let config = config(&archive)?;
    check_arrays(&archive, &config)?;
    // Only now is memory taken: for networks whose arrays the file is known to have.
    let mut state = State::new(config).map_err(|error| error.to_string())?;
    state.step = archive.int("step")?;
    state.rollbacks = small(&archive, "rollbacks")?;
    state.dataset = DatasetFingerprint {
        images: archive.int("dataset.images")?,
        crc32: small(&archive, "dataset.crc32")?,
    };
    fill(&archive, "generator", &mut state.generator)?;
    fill(&archive, "discriminator", &mut state.discriminator)?;
    if let Some(average) = &mut state.average {
        read_params(&archive, AVERAGE, average)?;
    }
    if archive.has_arrays(STATISTICS) {
        let mut statistics = generator(&state.config).init_buffers();
        read_params(&archive, STATISTICS, &mut statistics)?;
        state.statistics = Some(statistics);
    }
    if let Some(anchors) = &mut state.lecam {
        (anchors.real, anchors.fake) =
            (archive.float(&format!("{LECAM}real"))?, archive.float(&format!("{LECAM}fake"))?);
    }
    let mut grid = SampleGrid::default();
    grid.tiles.as_flattened_mut().copy_from_slice(&archive.floats(GRID)?);
    let value = |name: &str| archive.value(&format!("{MONITOR}{name}")).cloned();
    state.monitor = Monitor::from_values(value, grid);
    check_names(&archive, &index(&state))?;
    Ok(state)
}

/// A number of at most 32 bits.
fn small(archive: &Archive, name: &str) -> Result<u32, String> {
    let value = archive.int(name)?;
    u32::try_from(value).map_err(|_| format!("`{name}` is {value}"))
}

/// Checks every array against the networks of `config`, of which only the description is built.
fn check_arrays(archive: &Archive, config: &Config) -> Result<(), String> {
    for (name, network) in
        [("generator", generator(config)), ("discriminator", discriminator(config))]
    {
        let mut parameters = 0;
        for node in network.nodes() {
            let params = node.layer.params();
            parameters += params.iter().map(|spec| spec.len()).sum::<usize>();
            if name == "generator" && config.ema > 0.0 {
                for spec in &params {
                    archive.check(&format!("{AVERAGE}{}.{}", node.name, spec.name), &spec.shape)?;
                }
            }
            if name == "generator" && archive.has_arrays(STATISTICS) {
                for spec in node.layer.buffers() {
                    archive
                        .check(&format!("{STATISTICS}{}.{}", node.name, spec.name), &spec.shape)?;
                }
            }
            for spec in params.into_iter().chain(node.layer.buffers()) {
                archive.check(&format!("{name}.{}.{}", node.name, spec.name), &spec.shape)?;
            }
        }
        for moment in ["m", "v"] {
            archive.check(&format!("{name}.adam.{moment}"), &[parameters])?;
        }
    }
    let grid = SampleGrid::default().tiles;
    archive.check(GRID, &[grid.len(), grid[0].len()])
}

/// A program that does not know a name would drop what it stands for, so unknown names are refused.
/// Names come in the order in which they are written; those that were added later may be missing. Values of
/// another type are refused too: they would be read as defaults.
fn check_names(archive: &Archive, known: &Index) -> Result<(), String> {
    let found = archive.index();
    if let Some(array) = found.arrays.iter().find(|array| !known.arrays.contains(array)) {
        return Err(format!("it has the array `{}`, which this program does not know", array.name));
    }
    if found.arrays != known.arrays {
        return Err("its arrays are not in order".to_owned());
    }
    let mut values = known.values.iter();
    for (name, value) in &found.values {
        match values.find(|(known, _)| known == name) {
            Some((_, known)) if discriminant(known) == discriminant(value) => {}
            Some(_) => return Err(format!("`{name}` is {value}")),
            None => {
                return Err(format!(
                    "it has the value `{name}` ({value}), which this program does not know, or knows in another place; use a newer dcgan"
                ));
            }
        }
    }
    Ok(())
}

fn fill(archive: &Archive, name: &str, network: &mut NetworkState) -> Result<(), String> {
    let NetworkState { theta, buffers, .. } = network;
    for params in [theta, buffers] {
        read_params(archive, &format!("{name}."), params)?;
    }
    network.num_batches_tracked = archive.int(&format!("{name}.num_batches_tracked"))?;
    let steps = archive.int(&format!("{name}.adam.steps"))?;
    let moment = |moment: &str| archive.floats(&format!("{name}.adam.{moment}"));
    network.adam = Adam::from_moments(steps, moment("m")?, moment("v")?);
    Ok(())
}
