//! How the program ends: exit codes, and errors in one line.

use std::fmt;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use dcgan_run::RunError;

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

const WARNED: u8 = 1;
const FAILED: u8 = 1;
const USAGE: u8 = 2;
const DIVERGED: u8 = 3;
const INTERRUPTED: u8 = 130;

/// Invalid arguments, which have a separate exit code.
#[derive(Debug)]
struct Usage(String);

/// A usage error. The message names the flag, the value, the reason and the remedy.
pub(crate) fn usage(message: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Usage(message.into()))
}

/// Turns an error into a usage error, for a command whose exit code 1 means something else.
pub(crate) fn unusable(error: anyhow::Error) -> anyhow::Error {
    usage(message(&error))
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Prints an error in one line, and returns the exit code.
pub(crate) fn code(ending: anyhow::Result<Ending>) -> ExitCode {
    match ending {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Warned) => ExitCode::from(WARNED),
        Ok(Ending::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            console::eprint(format_args!("error: {}", message(&error)));
            ExitCode::from(match error.downcast_ref() {
                Some(
                    RunError::Setting { .. } | RunError::Fixed { .. } | RunError::Dataset { .. },
                ) => USAGE,
                Some(RunError::Diverged { .. }) => DIVERGED,
                _ if error.is::<Usage>() => USAGE,
                _ => FAILED,
            })
        }
    }
}

/// An error with its causes, in one line.
fn message(error: &anyhow::Error) -> String {
    // Only where no context was added, which would be lost.
    match error.chain().next().and_then(|first| first.downcast_ref()) {
        Some(error) => messages::error(error),
        None => format!("{error:#}"),
    }
}

/// The same for arguments that clap rejected; `--help` and `--version` are not errors.
pub(crate) fn invalid_arguments(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Clap decides whether to print colours.
        return code(console::written(error.print()).map(|()| Ending::Done));
    }
    let text = error.render().to_string();
    // Without a command clap shows the help itself; nothing to put into one line.
    if !text.starts_with("error:") {
        console::eprint(text.trim_end());
        return ExitCode::from(USAGE);
    }
    console::eprint(invalid_value(error).unwrap_or_else(|| one_line(&text)));
    ExitCode::from(USAGE)
}

/// The message for an invalid value of a flag, worded like those for the settings.
fn invalid_value(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let flag = text(ContextKind::InvalidArg)?;
    let flag = flag.split(' ').next()?;
    let value = text(ContextKind::InvalidValue)?;
    let why = match (error.kind(), error.get(ContextKind::ValidValue)) {
        (ErrorKind::ValueValidation, _) => std::error::Error::source(error)?.to_string(),
        (ErrorKind::InvalidValue, Some(ContextValue::Strings(names))) if !value.is_empty() => {
            format!("it must be one of {}", names.join(", "))
        }
        _ => return None,
    };
    Some(format!("error: {flag} is {value}: {why}; see --help"))
}

/// Clap's message and its tip, without the usage below them.
fn one_line(text: &str) -> String {
    let lines = text.lines().take_while(|line| !line.starts_with("Usage:"));
    let parts: Vec<&str> = lines
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("For more information"))
        .collect();
    format!("{}; see --help", parts.join("; ").replace(":;", ":"))
}
