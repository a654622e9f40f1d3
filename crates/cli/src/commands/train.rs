use anyhow::Result;
use dcgan_run::{Outcome, Session};

mod args;
mod from;
mod options;
mod sources;

use crate::code::PROGRAM;
use crate::failure::Ending;
use crate::interrupt::{Interrupt, Keyboard};
use crate::invocation::Invocation;
use crate::progress::Progress;
use crate::tensorboard::WithTensorBoard;
use crate::thread_pool::threads;
pub(crate) use args::{Args, with_defaults};

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let options = args.options(invocation)?;
    let interrupt = Interrupt::listen()?;
    let threads = threads(args.threads)?;
    let mut observer = WithTensorBoard::new(Progress::new(invocation), args.tensorboard.clone())?;
    let train = || {
        let start = if args.resume { Session::resume } else { Session::new };
        let session = start(&options, PROGRAM, &mut observer)?;
        session.run(&Keyboard { interrupt, threads: &threads })
    };
    let trained = threads.install(train);
    observer.into_progress().finish()?;
    Ok(match trained? {
        Outcome::Finished | Outcome::AlreadyComplete => Ending::Done,
        Outcome::Interrupted => Ending::Interrupted,
    })
}
