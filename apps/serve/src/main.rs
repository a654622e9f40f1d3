//! `dcgan-serve MODEL.gen` serves the images of a generator over HTTP, to the browsers of this machine unless told
//! otherwise:
//!
//! | path | |
//! |---|---|
//! | `/` | a page with a grid of images, which grows as one scrolls |
//! | `/7.png` | the image of seed 7 |
//! | `/7.png?scale=4` | the same, with each pixel enlarged to 4 × 4 |
//! | `/blend/7-12/0.3.png` | the image at 0.3 of the way from the latent of seed 7 to that of seed 12 |
//!
//! With `&model=` and the fingerprint of the model an image may be cached for ever; without, a browser asks each time
//! whether it is still the same.
//!
//! `server` knows sockets and time limits, `request` and `response` HTTP, `route` the paths, `picture` images.
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "a server limits the time that a client takes")]
#![expect(clippy::print_stderr, reason = "a program prints its errors")]

mod host;
mod page;
mod picture;
mod request;
mod response;
mod route;
mod server;
mod site;

use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use dcgan_infer::Generator;

use crate::server::Server;
use crate::site::Site;

const EXAMPLES: &str = "\
Examples:
  dcgan export runs/cats-001 --out cats.gen
  dcgan-serve cats.gen

Then open http://127.0.0.1:8000/, or http://127.0.0.1:8000/7.png?scale=4 for seed 7,
or http://127.0.0.1:8000/blend/7-12/0.3.png for an image between two seeds.";

/// Serve the images of a trained generator over HTTP, by seed
#[derive(Debug, Parser)]
#[command(name = "dcgan-serve", version, after_help = EXAMPLES)]
struct Args {
    /// Generator, as `dcgan export RUN --out MODEL.gen` writes it
    #[arg(value_name = "MODEL.gen")]
    model: PathBuf,
    /// Port to listen on; 0 lets the system choose one
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// Address to listen on; any but 127.0.0.1 and ::1 lets other machines in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// Seconds that a client may take to send its request, and again to read the answer
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// The exit code for arguments that cannot be, as that of dcgan.
const INVALID_ARGUMENTS: u8 = 2;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        // A text that was asked for, such as that of --help.
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => {
            eprintln!("{}; see --help", first_paragraph(&error.render().to_string()));
            return ExitCode::from(INVALID_ARGUMENTS);
        }
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), String> {
    let site = Site::new(open(&args.model)?);
    let timeout = Duration::from_secs(args.timeout);
    let server = Server::bind((args.host, args.port), timeout).map_err(|e| {
        format!(
            "cannot listen on {} port {}: {e}; choose another --port or --host",
            args.host, args.port
        )
    })?;
    let server = Arc::new(server);
    let stopping = Arc::clone(&server);
    // The first Ctrl-C ends the server when it has answered what it has begun; the second ends it at once.
    ctrlc::set_handler(move || {
        if !stopping.stop() {
            std::process::exit(130);
        }
    })
    .map_err(|e| format!("cannot listen for Ctrl-C: {e}"))?;
    let line = format!("Serving {} on http://{}/", args.model.display(), server.address());
    // Whoever started it may not read this.
    let _ = writeln!(io::stdout(), "{line}; stop with Ctrl-C");
    server.run(&site);
    Ok(())
}

/// The lines before the first empty one, as one line.
fn first_paragraph(text: &str) -> String {
    let lines: Vec<&str> =
        text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

fn open(path: &Path) -> Result<Generator, String> {
    let name = path.display();
    if path.is_dir() {
        return Err(format!(
            "{name} is a folder; write its model to a file first: dcgan export {name} --out model.gen"
        ));
    }
    let bytes = std::fs::read(path).map_err(|e| format!("cannot read {name}: {e}"))?;
    Generator::from_bytes(&bytes).map_err(|e| format!("{name}: {e}"))
}
