//! The `dcgan` command line, as a library so that tests can call its parts.
//!
//! This crate knows everything that touches the world: arguments, run folders, progress, pictures
//! on disk, the clock and the console. It must never know how a layer or a kernel works; of the
//! game it knows [`dcgan_gan::Trainer`] and what it gives back.
//!
//! One file a command (`Command`); what several of them need stands beside them.
//!
//! ```
//! // `dcgan --version`, from an application of one's own:
//! let code = dcgan_cli::run(["dcgan", "--version"].map(Into::into));
//! assert_eq!(code, std::process::ExitCode::SUCCESS);
//! ```
#![expect(
    clippy::disallowed_methods,
    reason = "the command line is where the clock and the environment are looked at"
)]

mod bench;
mod canvas;
mod code;
mod console;
mod data;
mod export;
mod failure;
mod files;
mod generate;
mod import;
mod info;
mod interpolate;
mod method;
mod model;
mod npy;
mod provenance;
mod regenerate;
mod seeds;
mod thread_pool;
mod train;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Ending;

/// Trains a DCGAN on a folder of pictures, and makes pictures with it.
#[derive(Debug, Parser)]
#[command(name = "dcgan", version = code::VERSION, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Train on a folder of pictures, an array, an IDX file, or the built-in cats
    Train(train::Args),
    /// Make pictures with a trained model
    Generate(generate::Args),
    /// Make a picture of a grid again, alone and larger
    Regenerate(regenerate::Args),
    /// Blend from picture to picture, as a strip or an animation
    Interpolate(interpolate::Args),
    /// Write a network's weights as safetensors that PyTorch loads
    Export(export::Args),
    /// Make a model of safetensors that PyTorch wrote
    Import(import::Args),
    /// Tell what a checkpoint, a run, a safetensors file or a generated picture holds
    Info(info::Args),
    /// Look over a folder, array or IDX file: what training would see, and what is odd about it
    Data(data::Args),
    /// Time the training step on this machine
    Bench(bench::Args),
}

/// Runs the program on these arguments, the program's name first. Results go to standard output,
/// errors to standard error, in one line.
///
/// The code is 0 for success, 1 if something went wrong, 2 if the arguments make no sense, 3 if a
/// training has lost its numbers (NaN, infinity), and 130 after Ctrl-C. `dcgan data` gives 1 after a warning, and 2 if no picture can be used.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return failure::of_arguments(&error),
    };
    let ending = match cli.command {
        Command::Train(args) => train::run(args),
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

/// Whether a run could go on with this `config.toml`; for the fuzzer, which looks for a text at which it
/// panics.
#[cfg(fuzzing)]
pub fn try_config(text: &str) -> bool {
    train::try_config(text)
}

/// How a command ends when nothing goes wrong.
fn done() -> anyhow::Result<Ending> {
    Ok(Ending::Done)
}

#[cfg(test)]
mod tests;
