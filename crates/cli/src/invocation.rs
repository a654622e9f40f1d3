use std::ffi::OsStr;
use std::fmt::Display;
use std::path::Path;

use anyhow::Result;

use crate::code::PROGRAM;
use crate::console;
use crate::text::quoted;

/// How the program was called, as far as that decides what it prints.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    /// The program as a shell argument.
    program: String,
    /// Whether to print only results, warnings and errors.
    pub(crate) quiet: bool,
}

impl Invocation {
    /// A call of the program by this name, the first of its arguments.
    pub(crate) fn new(name: Option<&OsStr>, quiet: bool) -> Self {
        let name = name.map(Path::new).filter(|name| can_be_repeated(name));
        Self { program: quoted(name.unwrap_or(Path::new(PROGRAM.name))), quiet }
    }

    /// A command of this program that can be pasted into a shell: `before` and `after` as they are, and `path`
    /// quoted between them.
    pub(crate) fn command(&self, before: &str, path: &Path, after: &str) -> String {
        let line = format!("{} {before} {} {after}", self.program, quoted(path));
        line.trim_end().to_owned()
    }

    /// The command that resumes the run in `folder`.
    pub(crate) fn resume(&self, folder: &Path, more: &str) -> String {
        self.command("train --resume", folder, more)
    }

    /// Prints what a command has done on standard output, unless that is not wanted.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn status(&self, line: impl Display) -> Result<()> {
        if self.quiet { Ok(()) } else { console::print(line) }
    }

    /// Prints a remark on standard error, unless that is not wanted.
    pub(crate) fn note(&self, note: impl Display) {
        if !self.quiet {
            console::eprint(format_args!("note: {note}"));
        }
    }
}

/// Whether a shell in the same folder would find the program by this name. A shell looks for a name without a
/// folder in its PATH, and that is where it has found this one.
fn can_be_repeated(name: &Path) -> bool {
    let in_folder = name.parent().is_some_and(|folder| !folder.as_os_str().is_empty());
    name.file_name().is_some() && (!in_folder || name.is_file())
}
