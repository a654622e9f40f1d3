//! Trains for 20 steps on the built-in cats, and prints its own output: `cargo run -p dcgan-run --example train -- FOLDER`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::env;
use std::path::PathBuf;

use dcgan_run::{Event, Observer, Options, Outcome, Program, RunError, Session};

/// Prints a line for the most important events.
#[derive(Default)]
struct Printer {
    lines: Vec<String>,
}

impl Observer for Printer {
    fn event(&mut self, event: &Event<'_>) {
        let line = match event {
            Event::Started { images, total, .. } => format!("{total} steps on {images} cats"),
            Event::Log(r) => format!("{:>4}  G {:.3}  D(x) {:.2}", r.step, r.loss_g, r.d_x),
            Event::Sample { path, .. } => format!("      look at {}", path.display()),
            Event::Finished { folder, .. } => format!("all in {}", folder.display()),
            Event::Warning(text) | Event::DiskTrouble(text) => format!("careful: {text}"),
            _ => return,
        };
        println!("{line}");
        self.lines.push(line);
    }
}

/// Trains in `folder`, which must not contain a run. Returns what was printed.
pub(crate) fn train(folder: PathBuf) -> Result<Vec<String>, RunError> {
    let mut options = Options { out: Some(folder), ..Options::default() };
    for (name, value) in [
        ("steps", 20),
        ("image_size", 32),
        ("ngf", 8),
        ("ndf", 8),
        ("batch_size", 8),
        ("log_every", 5),
    ] {
        options = options.set(name, value);
    }
    let program = Program { name: "example", version: env!("CARGO_PKG_VERSION") };
    let mut printer = Printer::default();
    let outcome = Session::new(&options, program, &mut printer)?.run(&())?;
    assert_eq!(outcome, Outcome::Finished);
    Ok(printer.lines)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    match env::args_os().nth(1) {
        Some(folder) => train(folder.into())?,
        None => train(tempfile::tempdir()?.path().join("run"))?,
    };
    Ok(())
}
