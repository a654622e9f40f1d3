use super::{AVERAGE, CheckpointError, archive, config, faulty, generator_weights, legacy, open};
use crate::{GeneratorWeights, generator, numbers};

/// The generator in a checkpoint, without the rest of the run: its averaged parameters if the run keeps an average,
/// with the running statistics of training.
///
/// # Errors
/// If `bytes` are not a whole checkpoint, or the generator holds a number that no state may hold.
pub fn decode_generator(bytes: &[u8]) -> Result<GeneratorWeights, CheckpointError> {
    let (version, body) = open(bytes)?;
    let weights = if version < 3 { legacy::generator(version, body) } else { from_archive(body) };
    let weights = weights.map_err(CheckpointError::Inconsistent)?;
    for params in [&weights.theta, &weights.buffers] {
        if let Some((name, fault)) = numbers::first_fault(params) {
            return Err(faulty(&format!("{name} in the generator"), fault));
        }
    }
    Ok(weights)
}

fn from_archive(body: &[u8]) -> Result<GeneratorWeights, String> {
    let archive = archive::Archive::open(body)?;
    let config = config(&archive)?;
    // All shapes are checked before memory is taken for a network of this configuration.
    let network = generator(&config);
    for node in network.nodes() {
        for spec in node.layer.params().into_iter().chain(node.layer.buffers()) {
            let name = format!("generator.{}.{}", node.name, spec.name);
            archive.check(&name, &spec.shape)?;
        }
    }
    let mut weights =
        generator_weights(config, |name| archive.floats(&format!("generator.{name}")))?;
    if config.ema > 0.0 {
        for entry in weights.theta.entries().to_vec() {
            let name = format!("{AVERAGE}{}", entry.name);
            archive.check(&name, &entry.spec.shape)?;
            let floats = archive.floats(&name)?;
            weights.theta.as_mut_slice()[entry.range].copy_from_slice(&floats);
        }
    }
    Ok(weights)
}
