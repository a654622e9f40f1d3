use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use dcgan_gan::{Half, State, checkpoint};
use safetensors::SafeTensors;

use crate::console::{count, say, thousands};
use crate::failure::Ending;
use crate::{done, files, model};

/// `dcgan info`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A checkpoint, a run folder or a safetensors file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    let file = if args.file.is_dir() { model::newest(&args.file)?.0 } else { args.file };
    let bytes = files::read(&file)?;
    if bytes.starts_with(checkpoint::MAGIC) {
        let state = checkpoint::decode(&bytes).with_context(|| file.display().to_string())?;
        describe_state(&file, checkpoint::version(&bytes)?, &state);
    } else {
        let tensors = SafeTensors::deserialize(&bytes).map_err(|e| {
            anyhow::anyhow!(
                "{} is neither a checkpoint nor a safetensors file ({e})",
                file.display()
            )
        })?;
        let (_, header) = SafeTensors::read_metadata(&bytes)?;
        describe_tensors(&file, &tensors, header.metadata());
    }
    done()
}

fn describe_state(path: &Path, version: u32, state: &State) {
    let config = &state.config;
    say(format_args!("{}: a checkpoint of format {version}", path.display()));
    say(format_args!("steps          {}", thousands(state.step)));
    say(format_args!("image size     {0} × {0} × {1}", config.image_size, config.channels));
    say(format_args!("nz, ngf, ndf   {}, {}, {}", config.nz, config.ngf, config.ndf));
    say(format_args!("batch size     {}", config.batch_size));
    say(format_args!("Adam           lr {}, beta1 {}", config.lr, config.beta1));
    say(format_args!("seed           {}", config.seed));
    match state.data.pictures {
        0 => say("trained on     nothing yet"),
        n => say(format_args!(
            "trained on     {} (CRC-32 {:08x})",
            count(n, "picture"),
            state.data.crc32
        )),
    }
    if state.rollbacks > 0 {
        say(format_args!("went back      {}", count(state.rollbacks.into(), "time")));
    }
    describe_half("generator", &state.generator);
    describe_half("discriminator", &state.discriminator);
}

fn describe_half(name: &str, half: &Half) {
    let weights = thousands(half.theta.len() as u64);
    say(format_args!(
        "\n{name}: {weights} weights, Adam after {}",
        count(half.adam.steps(), "step")
    ));
    for (entry, floats) in half.theta.iter().chain(half.running.iter()) {
        let shape = format!("{:?}", entry.spec.shape);
        let (mean, std) = moments(floats);
        say(format_args!("  {:22} {shape:20} mean {mean:+.4}  std {std:.4}", entry.name));
    }
}

fn moments(floats: &[f32]) -> (f64, f64) {
    let n = floats.len().max(1) as f64;
    let mean = floats.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let variance = floats.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

fn describe_tensors(
    path: &Path,
    file: &SafeTensors,
    metadata: &Option<std::collections::HashMap<String, String>>,
) {
    say(format_args!("{}: safetensors, {}", path.display(), count(file.len() as u64, "tensor")));
    let mut pairs: Vec<_> = metadata.iter().flatten().collect();
    pairs.sort();
    for (key, value) in pairs {
        say(format_args!("  {key} = {value}"));
    }
    let mut tensors: Vec<_> = file.iter().collect();
    tensors.sort_by_key(|(name, _)| natural(name));
    for (name, view) in tensors {
        let shape = format!("{:?}", view.shape());
        say(format_args!("  {name:30} {:4} {shape}", format!("{:?}", view.dtype())));
    }
}

/// A key under which `main.2` comes before `main.10`.
fn natural(name: &str) -> Vec<(u64, String)> {
    name.split('.').map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned())).collect()
}
