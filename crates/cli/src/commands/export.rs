use std::path::PathBuf;

use anyhow::{Context, Result};
use dcgan_gan::gen_file::{self, Precision};
use dcgan_gan::interop::{self, NetworkKind};

use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::model_arg::ModelArg;
use crate::open_model::{Model, Opened, open_any};
use crate::output::{Force, Outputs, has_extension};

const EXAMPLES: &str = "\
Examples:
  dcgan export runs/cats-001 --out generator.safetensors
  dcgan export runs/cats-001 --out cats.gen --f16";

/// `dcgan export`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Network to export
    #[arg(long, value_enum, default_value_t = Which::Generator)]
    net: Which,
    /// File to write: x.safetensors for PyTorch, or x.gen, a generator for dcgan-serve and the crate dcgan-infer; - is standard output, as safetensors
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Halve a .gen file: 16-bit weights, for images that differ by hardly a grey level
    #[arg(long)]
    f16: bool,
    #[command(flatten)]
    force: Force,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Which {
    Generator,
    Discriminator,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let path = args.model.path()?;
    let mut outputs = Outputs::new([path], &args.force, invocation);
    let out = outputs.file("--out", &args.out, &["safetensors", "gen"])?;
    let to_gen = has_extension(&args.out, "gen");
    if args.f16 && !to_gen {
        return Err(usage("--f16 is for a .gen file; name one with --out"));
    }
    if to_gen && matches!(args.net, Which::Discriminator) {
        return Err(usage(
            "--net is discriminator: a .gen file holds a generator; use --out FILE.safetensors",
        ));
    }
    let opened = open_any(path)?;
    let (net, bytes) = match (args.net, &opened) {
        (Which::Generator, opened) => {
            let Model { weights, steps } = opened.model(args.model.raw);
            let precision = if args.f16 { Precision::F16 } else { Precision::F32 };
            let bytes = match to_gen {
                true => gen_file::encode(&weights, steps, precision)
                    .with_context(|| path.display().to_string())?,
                false => interop::export_generator(&weights),
            };
            (NetworkKind::Generator, bytes)
        }
        (Which::Discriminator, Opened::Weights(_)) => {
            return Err(usage(format!(
                "--net is discriminator: of {} only the generator is read; name a run or a checkpoint",
                path.display()
            )));
        }
        (Which::Discriminator, Opened::State(state)) => {
            let kind = NetworkKind::Discriminator;
            (kind, interop::export(state, kind))
        }
    };
    outputs.write(&out, &bytes)?;
    let (Opened::State(state) | Opened::Weights(state)) = &opened;
    let steps = console::count(state.step, "step");
    outputs.report(format_args!("{} after {steps} in {}", net.name(), out.name()))?;
    Ok(Ending::Done)
}
