//! The only module that prints. Whatever it is given, one call prints one line, and none of its characters
//! controls the terminal.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write, stderr, stdout};

use anyhow::{Context, Result};
pub(crate) use dcgan_run::messages::{counted as count, thousands};
use serde::Serialize;

use crate::text::{escaped, escaped_json, without_error_numbers};

/// That many bytes, in words.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{} MB", thousands(bytes.div_ceil(1_000_000)))
}

/// Prints a result on standard output.
///
/// # Errors
/// If it cannot be written, as on a full disk. A closed pipe (`dcgan info … | head`) is not an error.
pub(crate) fn print(line: impl Display) -> Result<()> {
    written(writeln!(stdout(), "{}", escaped(&line.to_string())))
}

/// Writes the contents of a file to standard output.
///
/// # Errors
/// As [`print`].
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<()> {
    let mut out = stdout().lock();
    written(out.write_all(bytes).and_then(|()| out.flush()))
}

/// Prints a result as JSON in one line on standard output.
///
/// # Errors
/// As [`print`].
pub(crate) fn print_json(value: &impl Serialize) -> Result<()> {
    let json = serde_json::to_string(value)?;
    written(writeln!(stdout(), "{}", escaped_json(&json)))
}

/// Checks the result of writing to standard output.
pub(crate) fn written(result: io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Prints a status line on standard error. A failure cannot be reported anywhere.
pub(crate) fn eprint(line: impl Display) {
    let _ = writeln!(stderr(), "{}", escaped(&line.to_string()));
}

/// Prints a warning on standard error.
pub(crate) fn warn(warning: impl Display) {
    eprint(format_args!("warning: {}", without_error_numbers(&warning.to_string())));
}

/// Prints an error on standard error.
pub(crate) fn error(error: impl Display) {
    eprint(format_args!("error: {}", without_error_numbers(&error.to_string())));
}
