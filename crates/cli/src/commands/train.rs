use anyhow::Result;
use dcgan_run::{Outcome, Session};

mod args;

use crate::code::PROGRAM;
use crate::failure::Ending;
use crate::interrupt::{Interrupt, Keyboard};
use crate::progress::Progress;
use crate::thread_pool::threads;
pub(crate) use args::{Args, with_defaults};

pub(crate) fn run(args: Args) -> Result<Ending> {
    let options = args.options()?;
    let interrupt = Interrupt::listen()?;
    let threads = threads(args.threads)?;
    let mut progress = Progress::new()?;
    let train = || {
        let start = if args.resume { Session::resume } else { Session::new };
        let session = start(&options, PROGRAM, &mut progress)?;
        session.run(&Keyboard { interrupt, threads: &threads })
    };
    let outcome = threads.install(train)?;
    progress.finish()?;
    Ok(match outcome {
        Outcome::Finished | Outcome::AlreadyComplete => Ending::Done,
        Outcome::Interrupted => Ending::Interrupted,
    })
}
