use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Command;
use clap_mangen::Man;

use crate::code::VERSION;
use crate::command;
use crate::console;
use crate::failure::Ending;
use crate::invocation::Invocation;
use crate::output::{Force, Outputs};

const EXAMPLES: &str = "\
Examples:
  dcgan man --out /usr/local/share/man/man1";

/// `dcgan man`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder for the pages: dcgan.1, and dcgan-train.1 and the like for the commands
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    force: Force,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let pages = pages()?;
    let mut outputs = Outputs::new([], &args.force, invocation);
    let files = outputs.folder("--out", &args.out, pages.iter().map(|(name, _)| name.clone()))?;
    for (file, (_, text)) in files.iter().zip(&pages) {
        outputs.write(file, text)?;
    }
    let count = console::count(pages.len() as u64, "page");
    outputs.report(format_args!("{count} in {}", args.out.display()))?;
    Ok(Ending::Done)
}

/// The names and texts of all pages: of the program, and of each command that its help lists.
fn pages() -> Result<Vec<(String, Vec<u8>)>> {
    let mut program = command();
    // Gives each command its whole name.
    program.build();
    let is_listed = |command: &&Command| !command.is_hide_set() && command.get_name() != "help";
    let commands = program.get_subcommands().filter(is_listed);
    let commands = commands.map(|command| command.clone().version(VERSION));
    std::iter::once(program.clone()).chain(commands).map(page).collect()
}

fn page(command: Command) -> Result<(String, Vec<u8>)> {
    let page = Man::new(command);
    let mut text = Vec::new();
    page.render(&mut text).context("cannot write a man page")?;
    Ok((page.get_filename(), text))
}
