use anyhow::Result;
use clap_complete::{Shell, generate};

use crate::code::PROGRAM;
use crate::command;
use crate::console;
use crate::failure::Ending;

const EXAMPLES: &str = "\
Examples:
  source <(dcgan completions bash)
  dcgan completions zsh > ~/.zfunc/_dcgan
  dcgan completions fish > ~/.config/fish/completions/dcgan.fish";

/// `dcgan completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    let mut script = Vec::new();
    generate(args.shell, &mut command(), PROGRAM.name, &mut script);
    console::print_bytes(&script)?;
    Ok(Ending::Done)
}
