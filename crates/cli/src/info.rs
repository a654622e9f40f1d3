use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use dcgan_gan::{Fingerprint, Half, State, checkpoint, exchange};
use safetensors::SafeTensors;

use crate::console::{count, say, thousands};
use crate::failure::Ending;
use crate::model::{self, Whole};
use crate::train::{METRICS, Metric, Metrics, Origin};
use crate::{done, files, train};

mod picture;

/// What a PNG file begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// `dcgan info`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A checkpoint, a run folder, a safetensors file or a PNG that dcgan made
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    if args.file.is_dir() {
        let Whole { path, version, state } = model::newest(&args.file)?;
        describe_state(&path, version, &state, &train::origins(&args.file));
        describe_quality(&args.file)?;
        return done();
    }
    let bytes = files::read(&args.file)?;
    if bytes.starts_with(checkpoint::MAGIC) {
        let state = checkpoint::decode(&bytes).with_context(|| args.file.display().to_string())?;
        describe_state(&args.file, checkpoint::version(&bytes)?, &state, &[]);
    } else if bytes.starts_with(PNG) {
        picture::describe(&args.file, &bytes)?;
    } else {
        let tensors = SafeTensors::deserialize(&bytes).map_err(|e| {
            anyhow::anyhow!(
                "{} is neither a checkpoint nor a safetensors file nor a PNG ({e})",
                args.file.display()
            )
        })?;
        let (_, header) = SafeTensors::read_metadata(&bytes)?;
        describe_tensors(&args.file, &tensors, header.metadata());
        if let Ok(state) = exchange::import(&bytes, None) {
            say(format_args!("a generator: model {}", Fingerprint::of_generator(&state)));
        }
    }
    done()
}

fn describe_state(path: &Path, version: u32, state: &State, origins: &[Origin]) {
    let config = &state.config;
    say(format_args!("{}: a checkpoint of format {version}", path.display()));
    say(format_args!("model          {}", Fingerprint::of_generator(state)));
    for origin in origins.iter().filter(|origin| origin.from_step < state.step.max(1)) {
        match origin.from_step {
            0 => say(format_args!("fingerprint    {origin}")),
            step => say(format_args!("  from step {}: {origin}", thousands(step))),
        }
    }
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

/// What was measured while the run saved, if anything was.
fn describe_quality(run: &Path) -> Result<()> {
    let metrics = Metrics::read(run.join(METRICS))?;
    let (Some(last), Some(best)) = (metrics.last(), metrics.ranked().first().copied()) else {
        return Ok(());
    };
    let name = |of: &Metric| format!("SWD {:.1} at step {}", of.swd, thousands(of.step));
    say(format_args!(
        "\nquality        {}; real pictures among themselves {:.1}",
        name(last),
        last.floor
    ));
    let found = model::list(run)?;
    let mut way = model::on_the_way(&found).into_iter();
    let saved = way.find(|saved| saved.name.step == best.step);
    let place = saved.map_or("no longer kept".to_owned(), |saved| saved.path.display().to_string());
    say(format_args!("the best       {}: {place}", name(best)));
    Ok(())
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
