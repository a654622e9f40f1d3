use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use dcgan_demo::Demo;
use dcgan_run::run_containing;

use crate::code::PROGRAM;
use crate::failure::Ending;
use crate::invocation::Invocation;
use crate::model_arg::ModelArg;
use crate::output::{Force, Outputs};
use crate::text::quoted;

const EXAMPLES: &str = "\
Examples:
  dcgan demo runs/cats-001 --out cats.html
  dcgan demo runs/cats-001 --out cats.html --name \"Cats that never were\"";

/// `dcgan demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// HTML file to write, complete in itself; - is standard output
    #[arg(long, value_name = "FILE.html")]
    out: PathBuf,
    /// Heading of the page [default: the name of the run or file]
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    #[command(flatten)]
    force: Force,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let path = args.model.path()?;
    let mut outputs = Outputs::new([path], &args.force, invocation);
    let out = outputs.file("--out", &args.out, &["html"])?;
    let model = args.model.open()?;
    let maker = model.maker();
    let demo = Demo {
        weights: &model.weights,
        name: &args.name.clone().unwrap_or_else(|| name_of(path)),
        fingerprint: &maker.model.to_string(),
        steps: maker.steps,
        path: &quoted(&public(path)),
        flags: if args.model.raw { "--raw" } else { "" },
        software: &PROGRAM.to_string(),
    };
    let page = demo.page().with_context(|| path.display().to_string())?;
    outputs.write(&out, page.as_bytes())?;
    let megabytes = page.len() as f64 / 1e6;
    outputs.report(format_args!("page of {megabytes:.1} MB in {}", out.name()))?;
    Ok(Ending::Done)
}

/// The name of the run that a model belongs to, or of its file.
fn name_of(path: &Path) -> String {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let run = if absolute.is_dir() { Some(absolute.clone()) } else { run_containing(&absolute) };
    let name = run.as_deref().map_or(absolute.file_stem(), Path::file_name);
    name.map_or_else(|| "DCGAN".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The path as the page shows it: others need not see the folders of this machine, so of a path that begins outside
/// the current folder only the end is left.
fn public(path: &Path) -> PathBuf {
    use std::path::Component::{CurDir, Normal};
    let is_below = path.components().all(|part| matches!(part, Normal(_) | CurDir));
    match path.file_name() {
        Some(name) if !is_below => name.into(),
        _ => path.to_owned(),
    }
}
