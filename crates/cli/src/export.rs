use std::path::PathBuf;

use anyhow::Result;
use dcgan_gan::exchange::{self, Net};

use crate::failure::Ending;
use crate::{console, done, files, model};

/// `dcgan export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A run folder or a checkpoint
    #[arg(long, value_name = "RUN_OR_FILE")]
    model: PathBuf,
    /// Which of the two networks
    #[arg(long, value_enum, default_value_t = Which::Generator)]
    net: Which,
    /// The safetensors file to write
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Which {
    Generator,
    Discriminator,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    let net = match args.net {
        Which::Generator => Net::Generator,
        Which::Discriminator => Net::Discriminator,
    };
    let state = model::open(&args.model)?;
    files::write(&args.out, &exchange::export(&state, net))?;
    console::say(format_args!(
        "the {} after {} in {}",
        net.name(),
        console::count(state.step, "step"),
        args.out.display()
    ));
    done()
}
