use std::path::PathBuf;

use anyhow::Result;
use dcgan_run::{Outcome, RunError, Session};

mod args;
mod sources;

use crate::code::PROGRAM;
use crate::failure::{Ending, usage};
use crate::interrupt::{Interrupt, Keyboard};
use crate::invocation::Invocation;
use crate::messages;
use crate::progress::Progress;
use crate::thread_pool::threads;
pub(crate) use args::{Args, with_defaults};

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let options = args.options(invocation)?;
    let interrupt = Interrupt::listen()?;
    let threads = threads(args.threads)?;
    let mut progress = Progress::new(invocation);
    let train = || {
        let start = if args.resume { Session::resume } else { Session::new };
        let session = start(&options, PROGRAM, &mut progress)?;
        session.run(&Keyboard { interrupt, threads: &threads })
    };
    let trained = threads.install(train);
    progress.finish()?;
    match trained {
        Ok(Outcome::Finished) => Ok(Ending::Done),
        Ok(Outcome::Interrupted) => Ok(Ending::Interrupted),
        Err(RunError::Complete { folder, taken, total, epochs }) => {
            complete(folder, taken, total, epochs, invocation)
        }
        Err(error) => Err(error.into()),
    }
}

/// Resuming a run that has taken its last step is not an error, unless fewer steps were asked for.
fn complete(
    folder: PathBuf,
    taken: u64,
    total: u64,
    epochs: u64,
    invocation: &Invocation,
) -> Result<Ending> {
    if total < taken {
        return Err(usage(messages::fewer_steps(&folder, taken, total)));
    }
    let resume = invocation.resume(&folder, &format!("--epochs {epochs}"));
    for line in messages::complete(&folder, taken, &resume) {
        invocation.status(line)?;
    }
    Ok(Ending::Done)
}
