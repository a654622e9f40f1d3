//! The `dcgan` binary: the command line of [`dcgan_cli`], and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    dcgan_cli::run(std::env::args_os())
}
