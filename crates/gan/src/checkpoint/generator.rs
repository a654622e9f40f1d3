use super::archive::Archive;
use super::{
    AVERAGE, CheckpointError, STATISTICS, config, faulty, generator_weights, legacy, open,
    read_params,
};
use crate::{GeneratorWeights, generator, numbers};

/// The generator in a checkpoint as images are made with it, without the rest of the run: its averaged parameters if
/// the run keeps an average, with batch-norm statistics of their own, which are computed if the checkpoint does not
/// have them.
///
/// # Errors
/// If `bytes` are not a whole checkpoint, or the generator holds a number that no state may hold.
pub fn decode_generator(bytes: &[u8]) -> Result<GeneratorWeights, CheckpointError> {
    let (version, body) = open(bytes)?;
    let found = if version < 3 {
        legacy::generator(version, body).map(|weights| (weights, false))
    } else {
        from_archive(body)
    };
    let (weights, has_statistics) = found.map_err(CheckpointError::Inconsistent)?;
    for params in [&weights.theta, &weights.buffers] {
        if let Some((name, fault)) = numbers::first_fault(params) {
            return Err(faulty(&format!("{name} in the generator"), fault));
        }
    }
    let GeneratorWeights { config, theta, .. } = weights;
    Ok(if has_statistics {
        GeneratorWeights { theta, ..weights }
    } else {
        GeneratorWeights::with_own_statistics(config, theta)
    })
}

/// The weights, and whether their statistics are their own.
fn from_archive(body: &[u8]) -> Result<(GeneratorWeights, bool), String> {
    let archive = Archive::open(body)?;
    let config = config(&archive)?;
    // All shapes are checked before memory is taken for a network of this configuration.
    let network = generator(&config);
    for node in network.nodes() {
        for spec in node.layer.params().into_iter().chain(node.layer.buffers()) {
            archive.check(&format!("generator.{}.{}", node.name, spec.name), &spec.shape)?;
        }
    }
    let mut weights =
        generator_weights(config, |name| archive.floats(&format!("generator.{name}")))?;
    if config.ema > 0.0 {
        read_params(&archive, AVERAGE, &mut weights.theta)?;
    }
    let has_statistics = archive.has_arrays(STATISTICS);
    if has_statistics {
        read_params(&archive, STATISTICS, &mut weights.buffers)?;
    }
    Ok((weights, has_statistics))
}
