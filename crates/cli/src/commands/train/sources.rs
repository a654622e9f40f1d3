use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_run::{is_run, runs};

use super::Args;
use crate::failure::usage;
use crate::invocation::Invocation;
use crate::output::STDOUT;

/// The folder in which runs are created.
const RUNS: &str = "runs";

/// Where the images and the run are.
pub(super) struct Sources {
    pub(super) data: Option<PathBuf>,
    pub(super) out: Option<PathBuf>,
}

impl Args {
    /// What the arguments say, with the argument without a name in its place.
    pub(super) fn sources(&self, invocation: &Invocation) -> Result<Sources> {
        let Self { path, data, out, resume, .. } = self;
        match (path, data, out) {
            (Some(run), _, None) if *resume => {
                Ok(Sources { data: data.clone(), out: Some(existing(run, invocation)?) })
            }
            (None, _, None) if *resume => {
                let run = newest(Path::new(RUNS))?;
                invocation.status(format_args!("Resuming the newest run: {}", run.display()))?;
                Ok(Sources { data: data.clone(), out: Some(run) })
            }
            (Some(path), Some(data), _) => Err(usage(format!(
                "both {} and --data {} are given; leave out one of them",
                path.display(),
                data.display()
            ))),
            (_, _, Some(out)) if out.as_os_str() == STDOUT => {
                Err(usage("--out is -: a run is a folder; write ./- for one of that name"))
            }
            (path, data, out) => {
                Ok(Sources { data: path.clone().or(data.clone()), out: out.clone() })
            }
        }
    }
}

fn existing(run: &Path, invocation: &Invocation) -> Result<PathBuf> {
    if is_run(run) {
        return Ok(run.to_owned());
    }
    let list = invocation.command("runs", Path::new(RUNS), "");
    Err(usage(format!(
        "--resume needs the folder of a run, and {} is none; list the runs with: {list}",
        run.display()
    )))
}

/// The run in a folder that was trained last.
fn newest(folder: &Path) -> Result<PathBuf> {
    let newest = runs(folder).into_iter().next();
    newest.ok_or_else(|| {
        usage(format!(
            "there is no run in {} to resume; use --resume with the folder of a run",
            folder.display()
        ))
    })
}
