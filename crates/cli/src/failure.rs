//! How the program ends: exit codes, and errors in one line.

use std::fmt;

use dcgan_run::RunError;

use crate::invocation::Invocation;
use crate::{console, messages};

/// How a command ended, if it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The command succeeded.
    Done,
    /// The command succeeded with a warning.
    Warned,
    /// Stopped by Ctrl-C; the run has been saved.
    Interrupted,
}

const SUCCESS: u8 = 0;
const WARNED: u8 = 1;
const FAILED: u8 = 1;
/// The exit code for invalid arguments.
pub(crate) const USAGE: u8 = 2;
const DIVERGED: u8 = 3;
/// The exit code after Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// Invalid arguments, which have a separate exit code.
#[derive(Debug)]
struct Usage(String);

/// A usage error. The message names the flag, the value, the reason and the remedy.
pub(crate) fn usage(message: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Usage(message.into()))
}

/// Turns an error into a usage error, for a command whose exit code 1 means something else.
pub(crate) fn unusable(error: anyhow::Error, invocation: &Invocation) -> anyhow::Error {
    usage(message(&error, invocation))
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Prints an error in one line, and returns the exit code.
pub(crate) fn code(ending: anyhow::Result<Ending>, invocation: &Invocation) -> u8 {
    match ending {
        Ok(Ending::Done) => SUCCESS,
        Ok(Ending::Warned) => WARNED,
        Ok(Ending::Interrupted) => INTERRUPTED,
        Err(error) => {
            console::error(message(&error, invocation));
            match error.downcast_ref() {
                Some(
                    RunError::Setting { .. }
                    | RunError::Fixed { .. }
                    | RunError::Dataset { .. }
                    | RunError::InsideData { .. }
                    | RunError::DataInsideRun { .. },
                ) => USAGE,
                Some(RunError::Diverged { .. }) => DIVERGED,
                _ if error.is::<Usage>() => USAGE,
                _ => FAILED,
            }
        }
    }
}

/// An error with its causes, in one line.
fn message(error: &anyhow::Error, invocation: &Invocation) -> String {
    // Only where no context was added, which would be lost.
    match error.chain().next().and_then(|first| first.downcast_ref()) {
        Some(error) => messages::error(error, invocation),
        None => format!("{error:#}"),
    }
}
