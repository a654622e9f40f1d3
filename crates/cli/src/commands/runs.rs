use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Result, bail};
use dcgan_run::{Status, Summary, runs};
use serde_json::{Value, json};

use crate::console::{print, print_json, thousands, warn};
use crate::failure::Ending;
use crate::invocation::Invocation;

const EXAMPLES: &str = "\
Examples:
  dcgan runs
  dcgan runs experiments --json";

const HEADINGS: [&str; 5] = ["run", "steps", "state", "SWD", "samples"];

/// `dcgan runs`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder with the runs
    #[arg(value_name = "FOLDER", default_value = "runs")]
    folder: PathBuf,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let found = runs(&args.folder);
    let summaries: Vec<Summary> = found.iter().map(|run| Summary::read(run)).collect();
    if args.json {
        print_json(&summaries.iter().map(object).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    if summaries.is_empty() {
        bail!("{}", none_in(&args.folder, invocation));
    }
    let rows: Vec<_> = summaries.iter().map(row).collect();
    table(&rows)?;
    for Summary { folder, status, .. } in &summaries {
        if let Status::Damaged(why) = status {
            warn(format_args!("{}: {why}", folder.display()));
        }
    }
    Ok(Ending::Done)
}

/// What to do if there is no run in a folder.
fn none_in(folder: &Path, invocation: &Invocation) -> String {
    let what = if folder.is_dir() { "there is no run in" } else { "there is no folder" };
    let train = invocation.command("train --out", &folder.join("NAME"), "");
    format!("{what} {}; start a run with: {train}", folder.display())
}

fn row(summary: &Summary) -> [String; 5] {
    let Summary { folder, step, total, status, quality, samples, .. } = summary;
    let total = total.map_or("?".to_owned(), thousands);
    let quality = quality.as_ref().map_or("-".to_owned(), |metric| format!("{:.1}", metric.swd));
    let samples = samples.as_ref().map(|path| path.strip_prefix(folder).unwrap_or(path));
    [
        folder.display().to_string(),
        format!("{}/{total}", thousands(*step)),
        status.name().to_owned(),
        quality,
        samples.map_or("-".to_owned(), |path| path.display().to_string()),
    ]
}

/// Prints the rows below their headings, in columns.
fn table(rows: &[[String; 5]]) -> Result<()> {
    let headings = HEADINGS.map(str::to_owned);
    let lines = || std::iter::once(&headings).chain(rows);
    let width = |i: usize| lines().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let [run, steps, state, swd, _] = std::array::from_fn(width);
    for [a, b, c, d, e] in lines() {
        print(format_args!("{a:run$}  {b:>steps$}  {c:state$}  {d:>swd$}  {e}"))?;
    }
    Ok(())
}

fn object(summary: &Summary) -> Value {
    let Summary { folder, step, total, status, recipe, quality, best, samples, changed } = summary;
    let problem = match status {
        Status::Damaged(why) => Some(why),
        _ => None,
    };
    let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    json!({
        "run": folder.display().to_string(),
        "state": status.name(),
        "step": step,
        "total": total,
        "recipe": recipe,
        "swd": quality.as_ref().map(|metric| metric.swd),
        "swd_floor": quality.as_ref().map(|metric| metric.floor),
        "best_swd": best.as_ref().map(|metric| metric.swd),
        "best_step": best.as_ref().map(|metric| metric.step),
        "samples": samples.as_ref().map(|path| path.display().to_string()),
        "changed": changed.map(|time| time.as_secs()),
        "problem": problem,
    })
}
