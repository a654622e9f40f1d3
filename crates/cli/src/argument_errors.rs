//! Arguments that clap rejects, in the words of this program.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::console;
use crate::failure::{Ending, USAGE, code};
use crate::invocation::Invocation;

/// Names that other programs have for an argument, and ours.
const SYNONYMS: [(&str, &str); 9] = [
    ("--dataset", "--data"),
    ("--input", "--data"),
    ("--name", "--out"),
    ("--output", "--out"),
    ("--learning-rate", "--lr"),
    ("--iterations", "--steps"),
    ("--iters", "--steps"),
    ("--workers", "--threads"),
    ("--jobs", "--threads"),
];

/// Prints why the arguments were rejected, in one line, and returns the exit code. `--help` and `--version` are
/// not errors.
pub(crate) fn report(error: &clap::Error, invocation: &Invocation) -> u8 {
    if !error.use_stderr() {
        // Clap decides whether to print colours.
        return code(console::written(error.print()).map(|()| Ending::Done), invocation);
    }
    let text = error.render().to_string();
    // Without a command clap shows the help itself; nothing to put into one line.
    if !text.starts_with("error:") {
        text.trim_end().lines().for_each(console::eprint);
        return USAGE;
    }
    let message = message(error).unwrap_or_else(|| first_line(&text));
    // A question for what was meant says enough.
    let help = if message.ends_with('?') { "" } else { "; see --help" };
    console::error(format_args!("{message}{help}"));
    USAGE
}

/// The message, without a full stop; `None` for a kind of error that does not occur with our arguments.
fn message(error: &clap::Error) -> Option<String> {
    Some(match error.kind() {
        ErrorKind::UnknownArgument => unknown(error)?,
        ErrorKind::InvalidSubcommand => {
            let command = text(error, ContextKind::InvalidSubcommand)?;
            // Clap has the likeliest last.
            let tip = texts(error, ContextKind::SuggestedSubcommand).pop();
            format!("there is no command {command}{}", did_you_mean(tip))
        }
        ErrorKind::MissingRequiredArgument => {
            format!("{} is missing", texts(error, ContextKind::InvalidArg).join(" and "))
        }
        ErrorKind::ArgumentConflict => {
            let others = texts(error, ContextKind::PriorArg).join(" or ");
            format!("{} cannot be used with {others}", flag(error)?)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => invalid_value(error)?,
        ErrorKind::TooManyValues => {
            let value = text(error, ContextKind::InvalidValue)?;
            format!("{} takes no value, but is given {value}", flag(error)?)
        }
        _ => return None,
    })
}

fn unknown(error: &clap::Error) -> Option<String> {
    let given = text(error, ContextKind::InvalidArg)?;
    if !given.starts_with('-') {
        return Some(format!("there is one argument too many: {given}"));
    }
    let synonym = SYNONYMS.iter().find(|(theirs, _)| *theirs == given);
    // Clap's own tip is an argument of this command.
    let tip = synonym.map(|(_, ours)| (*ours).to_owned());
    let tip = text(error, ContextKind::SuggestedArg).or(tip);
    Some(format!("there is no argument {given}{}", did_you_mean(tip)))
}

/// The message for an invalid or missing value of a flag, worded like those for the settings.
fn invalid_value(error: &clap::Error) -> Option<String> {
    let flag = flag(error)?;
    let value = text(error, ContextKind::InvalidValue)?;
    let names = texts(error, ContextKind::ValidValue);
    let why = match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None if names.is_empty() => String::new(),
        None => format!("it must be one of {}", names.join(", ")),
    };
    Some(match (value.as_str(), why.as_str()) {
        ("", "") => format!("{flag} needs a value"),
        ("", why) => format!("{flag} needs a value: {why}"),
        (value, why) => format!("{flag} is {value}: {why}"),
    })
}

fn did_you_mean(tip: Option<String>) -> String {
    tip.map(|tip| format!("; did you mean {tip}?")).unwrap_or_default()
}

/// The flag that the error is about, without the name of its value.
fn flag(error: &clap::Error) -> Option<String> {
    let argument = text(error, ContextKind::InvalidArg)?;
    argument.split(' ').next().map(str::to_owned)
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    texts(error, kind).into_iter().next()
}

fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// Clap's message, without its tips and the usage below it.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("error:").trim().to_owned()
}
