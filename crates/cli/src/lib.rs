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

mod argument_errors;
mod backend;
mod code;
mod commands;
mod console;
mod failure;
mod float_array;
mod interrupt;
mod invocation;
mod latents_file;
mod live;
mod loading;
mod messages;
mod model_arg;
mod open_model;
mod output;
mod pixels;
mod progress;
mod pytorch_example;
mod seeds;
mod stages;
mod tensorboard;
mod text;
mod thread_pool;
mod truncation;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use code::{PROGRAM, VERSION};
pub use text::without_error_numbers;

use commands::{
    bench, completions, data, demo, devices, evaluate, export, generate, import, info, interpolate,
    log, man, mix, regenerate, runs, train,
};
use failure::Ending;
use invocation::Invocation;

/// Train a DCGAN on a folder of images, and generate images with it
#[derive(Debug, Parser)]
#[command(
    name = "dcgan",
    version = VERSION,
    arg_required_else_help = true,
    args_override_self = true
)]
struct Cli {
    /// Print only results, warnings and errors
    #[arg(short, long, global = true, help_heading = "Global options")]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Train on a folder or archive of images, an array, or the built-in cats
    Train(Box<train::Args>),
    /// Generate images with a trained model
    Generate(generate::Args),
    /// Regenerate an image from its metadata, such as one tile of a grid, enlarged
    Regenerate(regenerate::Args),
    /// Interpolate between images, as a strip or an animation
    Interpolate(interpolate::Args),
    /// Add and subtract the latents of seeds, such as 3 - 8 + 15
    Mix(mix::Args),
    /// Measure how good generated images are, compared with real ones
    Evaluate(evaluate::Args),
    /// Export a network: to safetensors for PyTorch, to ONNX, or a generator as a small .gen file
    Export(export::Args),
    /// Make a web page with the generator in it, which works offline
    Demo(demo::Args),
    /// Import a model from the weights of PyTorch, as .pth or safetensors
    Import(import::Args),
    /// List runs: how far they are, and how good
    Runs(runs::Args),
    /// Write the log of a run as CSV, or for TensorBoard
    Log(log::Args),
    /// Show information about a checkpoint, run, file of weights or generated image
    Info(info::Args),
    /// Inspect a dataset: statistics, preview, problems
    Data(data::Args),
    /// Time the training step on this machine
    Bench(bench::Args),
    /// List the graphics cards that --device can name
    Devices(devices::Args),
    /// Print the completions of a shell
    #[command(hide = true)]
    Completions(completions::Args),
    /// Write the man pages
    #[command(hide = true)]
    Man(man::Args),
}

/// The command line with complete help texts.
fn command() -> clap::Command {
    Cli::command().mut_subcommand("train", train::with_defaults)
}

/// Runs the program on these arguments, the program's name first, as it was typed: the commands that it prints
/// begin with that name. Results go to standard output, errors to standard error, in one line.
///
/// A result that cannot be written is an error. If a reader such as `head` closes its pipe, that is no error, and the
/// rest is discarded; a training run continues.
///
/// The code is 0 for success, 1 if something failed, 2 if the arguments are invalid or the dataset of a new run
/// cannot be used, 3 if training diverged (NaN or infinity), and 130 after Ctrl-C. `dcgan data` returns 1 after a
/// warning, and 2 if no image can be used.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    ExitCode::from(exit_code(arguments))
}

/// [`run`] for a caller that needs the code as a number.
pub fn exit_code(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = mix::translated(arguments.into_iter().collect());
    let mut invocation = Invocation::new(arguments.first().map(OsString::as_os_str), false);
    let translated = match pytorch_example::translated(arguments, &invocation) {
        Ok(translated) => translated,
        Err(error) => return failure::code(Err(error), &invocation),
    };
    let parsed = command()
        .try_get_matches_from(translated.arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return argument_errors::report(&error, &invocation),
    };
    invocation.quiet = cli.quiet;
    translated.notes.iter().for_each(|note| invocation.note(note));
    failure::code(cli.command.run(&invocation), &invocation)
}

impl Command {
    fn run(self, invocation: &Invocation) -> anyhow::Result<Ending> {
        match self {
            Self::Train(args) => train::run(*args, invocation),
            Self::Generate(args) => generate::run(args, invocation),
            Self::Regenerate(args) => regenerate::run(args, invocation),
            Self::Interpolate(args) => interpolate::run(args, invocation),
            Self::Mix(args) => mix::run(args, invocation),
            Self::Evaluate(args) => evaluate::run(args, invocation),
            Self::Export(args) => export::run(args, invocation),
            Self::Demo(args) => demo::run(args, invocation),
            Self::Import(args) => import::run(args, invocation),
            Self::Runs(args) => runs::run(args, invocation),
            Self::Log(args) => log::run(args, invocation),
            Self::Info(args) => info::run(args, invocation),
            Self::Data(args) => data::run(args, invocation),
            Self::Bench(args) => bench::run(args),
            Self::Devices(args) => devices::run(args),
            Self::Completions(args) => completions::run(args),
            Self::Man(args) => man::run(args, invocation),
        }
    }
}

#[cfg(test)]
mod tests;
