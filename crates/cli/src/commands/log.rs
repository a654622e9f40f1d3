use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;
use dcgan_run::is_run;
use dcgan_run::journal::History;
use dcgan_tensorboard::EventFile;

mod csv;

use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::output::{Force, Outputs};
use crate::tensorboard;

const EXAMPLES: &str = "\
Examples:
  dcgan log runs/cats-001 --csv > cats.csv
  dcgan log runs/cats-001 --tensorboard tb
  tensorboard --logdir tb";

/// `dcgan log`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder of the run
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Write a table with a row for each step of the log: losses, D(x), D(G(z)), gradient norms, speed, and quality where it was measured
    #[arg(long)]
    csv: bool,
    /// File for the table [default: standard output]
    #[arg(long, value_name = "FILE.csv", requires = "csv")]
    out: Option<PathBuf>,
    /// Write losses, evaluations and sample grids to DIR/NAME for TensorBoard, where NAME is that of the run
    #[arg(long, value_name = "DIR")]
    tensorboard: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    if !args.csv && args.tensorboard.is_none() {
        return Err(usage("no output given: use --csv or --tensorboard DIR"));
    }
    if !is_run(&args.run) {
        let (run, list) = (args.run.display(), invocation.command("runs", Path::new("runs"), ""));
        return Err(usage(format!("{run} is not the folder of a run; list the runs with: {list}")));
    }
    if let Some(folder) = &args.tensorboard {
        tensorboard::check(folder)?;
    }
    let mut outputs = Outputs::new([args.run.as_path()], &args.force, invocation);
    let out = args.out.as_deref().map(|out| outputs.file("--out", out, &["csv"])).transpose()?;
    if args.csv {
        let history = History::read(&args.run)?;
        let (table, rows) = csv::table(&history);
        match out {
            None => console::print_bytes(table.as_bytes())?,
            Some(out) => {
                outputs.write(&out, table.as_bytes())?;
                let rows = console::count(rows as u64, "row");
                outputs.report(format_args!("{rows} in {}", out.name()))?;
            }
        }
    }
    if let Some(folder) = &args.tensorboard {
        let folder = tensorboard::folder_of(folder, &args.run);
        let file = EventFile::write(&args.run, &folder, None, SystemTime::now())?;
        let (events, path) = (console::count(file.events(), "event"), file.path().display());
        match args.csv && args.out.is_none() {
            true => invocation.note(format_args!("{events} in {path}")),
            false => outputs.report(format_args!("{events} in {path}"))?,
        }
    }
    Ok(Ending::Done)
}
