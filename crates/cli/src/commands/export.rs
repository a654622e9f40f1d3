use std::path::PathBuf;

use anyhow::Result;
use dcgan_gan::interop::{self, NetworkKind};
use dcgan_run::files;

use crate::console;
use crate::failure::Ending;
use crate::invocation::Invocation;
use crate::open_model::open;

const EXAMPLES: &str = "\
Examples:
  dcgan export --model runs/cats-001 --out generator.safetensors";

/// `dcgan export`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Run folder or checkpoint
    #[arg(long, value_name = "RUN_OR_FILE")]
    model: PathBuf,
    /// Network to export
    #[arg(long, value_enum, default_value_t = Which::Generator)]
    net: Which,
    /// Safetensors file to write
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
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
    let state = open(&args.model)?;
    files::write(&args.out, &interop::export(&state, net))?;
    invocation.status(format_args!(
        "{} after {} in {}",
        net.name(),
        console::count(state.step, "step"),
        args.out.display()
    ))?;
    Ok(Ending::Done)
}
