//! The `dcgan` command line, as a library so that tests can call its parts.
//!
//! This crate handles arguments, the console and the terminal. A training run is [`dcgan_run::Session`]: this
//! crate observes it (`progress`) and controls it (`interrupt`).
//!
//! `commands` has one file per command; what they share is next to it.
//!
//! ```
//! // `dcgan --version`, from another application:
//! let code = dcgan_cli::run(["dcgan", "--version"].map(Into::into));
//! assert_eq!(code, std::process::ExitCode::SUCCESS);
//! ```
#![expect(clippy::disallowed_methods, reason = "the command line shows how much time is left")]

mod backend;
mod code;
mod commands;
mod console;
mod failure;
mod interrupt;
mod latents_file;
mod messages;
mod open_model;
mod progress;
mod seeds;
mod thread_pool;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use commands::{bench, data, export, generate, import, info, interpolate, regenerate, train};

/// Train a DCGAN on a folder of images, and generate images with it
#[derive(Debug, Parser)]
#[command(name = "dcgan", version = code::VERSION, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Train on a folder of images, an array, an IDX file, or the built-in cats
    Train(Box<train::Args>),
    /// Generate images with a trained model
    Generate(generate::Args),
    /// Regenerate an image from its metadata, such as one tile of a grid, enlarged
    Regenerate(regenerate::Args),
    /// Interpolate between images, as a strip or an animation
    Interpolate(interpolate::Args),
    /// Export the weights of a network to safetensors, for PyTorch
    Export(export::Args),
    /// Import a model from safetensors written by PyTorch
    Import(import::Args),
    /// Show information about a checkpoint, run, safetensors file or generated image
    Info(info::Args),
    /// Inspect a dataset: statistics, preview, problems
    Data(data::Args),
    /// Time the training step on this machine
    Bench(bench::Args),
}

/// The command line with complete help texts.
fn command() -> clap::Command {
    Cli::command().mut_subcommand("train", train::with_defaults)
}

/// Runs the program on these arguments, the program's name first. Results go to standard output,
/// errors to standard error, in one line.
///
/// The code is 0 for success, 1 if something failed, 2 if the arguments are invalid or the dataset of a new run
/// cannot be used, 3 if training diverged (NaN or infinity), and 130 after Ctrl-C. `dcgan data` returns 1 after a
/// warning, and 2 if no image can be used.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = command()
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return failure::invalid_arguments(&error),
    };
    let ending = match cli.command {
        Command::Train(args) => train::run(*args),
        Command::Generate(args) => generate::run(args),
        Command::Regenerate(args) => regenerate::run(args),
        Command::Interpolate(args) => interpolate::run(args),
        Command::Export(args) => export::run(args),
        Command::Import(args) => import::run(args),
        Command::Info(args) => info::run(args),
        Command::Data(args) => data::run(args),
        Command::Bench(args) => bench::run(args),
    };
    failure::code(ending)
}

#[cfg(test)]
mod tests;
