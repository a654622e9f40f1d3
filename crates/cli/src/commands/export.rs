use std::path::PathBuf;

use anyhow::Result;
use dcgan_gan::interop::{self, NetworkKind};

use crate::console;
use crate::failure::Ending;
use crate::invocation::Invocation;
use crate::model_arg::ModelArg;
use crate::open_model::open;
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
    let net = match args.net {
        Which::Generator => NetworkKind::Generator,
        Which::Discriminator => NetworkKind::Discriminator,
    };
    let model = args.model.path()?;
    let mut outputs = Outputs::new([model], &args.force, invocation);
    let out = outputs.file("--out", &args.out, &["safetensors"])?;
    let state = open(model)?;
    outputs.write(&out, &interop::export(&state, net))?;
    let steps = console::count(state.step, "step");
    outputs.report(format_args!("{} after {steps} in {}", net.name(), out.name()))?;
    Ok(Ending::Done)
}
