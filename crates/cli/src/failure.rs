//! How the program ends: exit codes, and errors in one line.

use std::fmt;
use std::process::ExitCode;

use crate::console;

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All was done.
    Done,
    /// All was done, and something is to be looked at.
    Warned,
    /// Ctrl-C; what there was is saved.
    Interrupted,
}

const WARNED: u8 = 1;
const FAILED: u8 = 1;
const USAGE: u8 = 2;
const DIVERGED: u8 = 3;
const INTERRUPTED: u8 = 130;

/// Arguments that make no sense, told apart from a world that went wrong by its exit code.
#[derive(Debug)]
struct Usage(String);

/// An error of usage, with a message that names the flag, the value, the reason and the remedy.
pub(crate) fn usage(message: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Usage(message.into()))
}

/// An error of a command whose code 1 means something else.
pub(crate) fn unusable(error: anyhow::Error) -> anyhow::Error {
    usage(format!("{error:#}"))
}

/// A training that has lost its numbers, told apart by its exit code.
#[derive(Debug)]
struct Diverged(String);

/// An error of a training that has lost its numbers.
pub(crate) fn diverged(message: String) -> anyhow::Error {
    anyhow::Error::new(Diverged(message))
}

impl fmt::Display for Diverged {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Diverged {}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Prints what went wrong, in one line, and gives the exit code.
pub(crate) fn code(ending: anyhow::Result<Ending>) -> ExitCode {
    match ending {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Warned) => ExitCode::from(WARNED),
        Ok(Ending::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            console::note(format_args!("error: {error:#}"));
            ExitCode::from(match error {
                error if error.is::<Usage>() => USAGE,
                error if error.is::<Diverged>() => DIVERGED,
                _ => FAILED,
            })
        }
    }
}

/// The same for arguments that clap refused; `--help` and `--version` are no errors.
pub(crate) fn of_arguments(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Clap knows whether the terminal has colours. A reader who went away is no error.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.render().to_string();
    // Without a command clap shows the help itself; nothing to put into one line.
    if !text.starts_with("error:") {
        console::note(text.trim_end());
        return ExitCode::from(USAGE);
    }
    console::note(one_line(&text));
    ExitCode::from(USAGE)
}

/// Clap's message and its tip or list of values, without the usage below them.
fn one_line(text: &str) -> String {
    let said = text.lines().take_while(|line| !line.starts_with("Usage:"));
    let parts: Vec<&str> = said
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("For more information"))
        .collect();
    format!("{}; see --help", parts.join("; ").replace(":;", ":"))
}
