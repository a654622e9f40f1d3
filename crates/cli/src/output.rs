//! The one rule for the files that a command is asked to write.
//!
//! A command never replaces one of its inputs. Without `--force` it also replaces nothing in the folder of a
//! run, and no file that this program did not write.

use std::collections::HashSet;
use std::fs::File;
use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};
use dcgan_data::own_files::{is_own_export, is_own_image};
use dcgan_run::{files, run_containing};
use same_file::is_same_file;

use crate::console;
use crate::failure::usage;
use crate::invocation::Invocation;

/// The path that stands for standard output.
pub(crate) const STDOUT: &str = "-";

/// `--force`, of every command that writes files.
#[derive(Debug, clap::Args)]
pub(crate) struct Force {
    /// Replace existing files even if dcgan did not write them; inputs are never replaced
    #[arg(long)]
    pub(crate) force: bool,
}

/// The outputs of a command, checked against its inputs before anything is computed.
#[derive(Debug)]
pub(crate) struct Outputs<'a> {
    inputs: Vec<&'a Path>,
    force: bool,
    invocation: &'a Invocation,
    /// The outputs so far, without links.
    claimed: HashSet<PathBuf>,
    /// Whether one of the outputs is standard output, which then carries nothing else.
    to_stdout: bool,
}

/// A file to write, or standard output.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    flag: &'static str,
    path: PathBuf,
}

impl<'a> Outputs<'a> {
    /// The outputs of a command that reads these files and folders.
    pub(crate) fn new(
        inputs: impl IntoIterator<Item = &'a Path>,
        force: &Force,
        invocation: &'a Invocation,
    ) -> Self {
        let inputs = inputs.into_iter().collect();
        Self { inputs, force: force.force, invocation, claimed: HashSet::new(), to_stdout: false }
    }

    /// Checks the file that was given with `flag`. Its name must end in one of these extensions; `-` is
    /// standard output.
    pub(crate) fn file(
        &mut self,
        flag: &'static str,
        path: &Path,
        extensions: &[&str],
    ) -> Result<Output> {
        let output = Output { flag, path: path.to_owned() };
        if output.is_stdout() {
            self.claim_stdout(&output)?;
            return Ok(output);
        }
        if !extensions.iter().any(|extension| has_extension(path, extension)) {
            let ends = alternatives(extensions);
            return Err(output.refused(format!("its name must end in {ends}")));
        }
        let folder = files::folder_of(path);
        if !folder.is_dir() {
            let folder = folder.display();
            return Err(output.refused(format!("there is no folder {folder}; create it first")));
        }
        self.check(&output)?;
        self.claim(&output)?;
        Ok(output)
    }

    /// Checks a folder that was given with `flag`, for files of these names. Creates it if only its last part is
    /// missing.
    pub(crate) fn folder(
        &mut self,
        flag: &'static str,
        folder: &Path,
        names: impl IntoIterator<Item = String>,
    ) -> Result<Vec<Output>> {
        let output = |path: PathBuf| Output { flag, path };
        if folder.exists() && !folder.is_dir() {
            return Err(output(folder.to_owned()).refused("it exists and is not a folder"));
        }
        let above = files::folder_of(folder);
        if !above.is_dir() {
            let above = above.display();
            let why = format!("there is no folder {above}; create it first");
            return Err(output(folder.to_owned()).refused(why));
        }
        let outputs: Vec<Output> =
            names.into_iter().map(|name| output(folder.join(name))).collect();
        for output in &outputs {
            self.check(output)?;
        }
        files::check_writable(folder)?;
        for output in &outputs {
            self.claim(output)?;
        }
        Ok(outputs)
    }

    /// Writes a file, if it may still be written.
    pub(crate) fn write(&self, output: &Output, bytes: &[u8]) -> Result<()> {
        if output.is_stdout() {
            return console::print_bytes(bytes);
        }
        self.check(output)?;
        Ok(files::write(&output.path, bytes)?)
    }

    /// Reports on standard output what was written, or on standard error if standard output carries a file.
    pub(crate) fn report(&self, line: impl std::fmt::Display) -> Result<()> {
        if !self.to_stdout {
            return self.invocation.status(line);
        }
        if !self.invocation.quiet {
            console::eprint(line);
        }
        Ok(())
    }

    /// Makes sure that no two outputs are the same file.
    fn claim(&mut self, output: &Output) -> Result<()> {
        let path = &output.path;
        let folder = files::folder_of(path).canonicalize();
        let place = folder.map_or_else(
            |_| path.clone(),
            |folder| match path.file_name() {
                Some(name) => folder.join(name),
                None => folder,
            },
        );
        if !self.claimed.insert(place) {
            return Err(output.refused("another output of this command is the same file"));
        }
        Ok(())
    }

    fn claim_stdout(&mut self, output: &Output) -> Result<()> {
        if self.to_stdout {
            return Err(output.refused("standard output can carry only one file"));
        }
        if stdout().is_terminal() {
            return Err(output.refused("standard output is a terminal; redirect it into a file"));
        }
        self.to_stdout = true;
        Ok(())
    }

    /// Checks that a file may be written.
    fn check(&self, output: &Output) -> Result<()> {
        let path = &output.path;
        let exists = path.symlink_metadata().is_ok();
        if path.is_dir() {
            return Err(output.refused("it is a folder"));
        }
        if path.metadata().is_ok_and(|about| !about.is_file()) {
            return Err(output.refused("it exists and is not a regular file"));
        }
        let is_own = exists && is_own(path);
        if exists && !is_own && self.inputs.iter().any(|input| contains(input, path)) {
            return Err(output.refused("it is an input, which is never replaced"));
        }
        if exists && self.inputs.iter().any(|input| is_same_file(input, path).unwrap_or(false)) {
            return Err(output.refused("it is the input itself, which is never replaced"));
        }
        if self.force {
            return Ok(());
        }
        if let Some(run) = run_containing(path) {
            let run = run.display();
            return Err(output.refused(format!(
                "it belongs to the run in {run}; choose another name, or add --force"
            )));
        }
        if exists && !is_own {
            return Err(output.refused(
                "it exists, and nothing shows that dcgan wrote it; choose another name, or add --force to replace it",
            ));
        }
        Ok(())
    }
}

impl Output {
    fn is_stdout(&self) -> bool {
        self.path.as_os_str() == STDOUT
    }

    /// The folder that it is in.
    pub(crate) fn folder(&self) -> String {
        files::folder_of(&self.path).display().to_string()
    }

    /// The path, or that it is standard output.
    pub(crate) fn name(&self) -> String {
        match self.is_stdout() {
            true => "standard output".to_owned(),
            false => self.path.display().to_string(),
        }
    }

    /// The error that this output cannot be used.
    fn refused(&self, why: impl std::fmt::Display) -> Error {
        usage(format!("{} is {}: {why}", self.flag, self.path.display()))
    }
}

/// Whether the name of a file ends in this extension, in capitals or not.
pub(crate) fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own.eq_ignore_ascii_case(extension))
}

/// `.png, .apng or .gif`.
fn alternatives(extensions: &[&str]) -> String {
    let names: Vec<String> = extensions.iter().map(|extension| format!(".{extension}")).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// Whether a file shows that dcgan wrote it.
fn is_own(path: &Path) -> bool {
    File::open(path).is_ok_and(is_own_image) || File::open(path).is_ok_and(is_own_export)
}

/// Whether `path` lies in the folder `input`.
fn contains(input: &Path, path: &Path) -> bool {
    let (Ok(input), Ok(path)) = (input.canonicalize(), path.canonicalize()) else { return false };
    input.is_dir() && path.starts_with(input)
}
