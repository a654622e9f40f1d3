use std::path::PathBuf;

use anyhow::Result;
use dcgan_gan::interop::{self, NetworkKind};

use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::model_arg::ModelArg;
use crate::open_model::{Opened, open_any};
use crate::output::{Force, Outputs};

const EXAMPLES: &str = "\
Examples:
  dcgan export runs/cats-001 --out generator.safetensors";

/// `dcgan export`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Network to export
    #[arg(long, value_enum, default_value_t = Which::Generator)]
    net: Which,
    /// Safetensors file to write; - is standard output
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
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
    let out = outputs.file("--out", &args.out, &["safetensors"])?;
    let opened = open_any(path)?;
    let (net, bytes) = match (args.net, &opened) {
        (Which::Generator, opened) => {
            let weights = opened.model(args.model.raw).weights;
            (NetworkKind::Generator, interop::export_generator(&weights))
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
