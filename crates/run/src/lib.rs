//! A training run as a library: a folder of images becomes a folder with checkpoints, samples and logs.
//!
//! A [`Session`] is the part of a run that one process trains: it starts the run or resumes it. It reports
//! every event to an [`Observer`], and after each step asks a [`Control`] whether to stop, or to write
//! samples or a checkpoint immediately. This crate knows nothing of a console, a terminal or a command line: the `dcgan`
//! program is one observer and one control, and `examples/train.rs` is another.
//!
//! ```no_run
//! use dcgan_run::{Event, Observer, Options, Program, Session};
//!
//! struct Printer;
//!
//! impl Observer for Printer {
//!     fn event(&mut self, event: &Event<'_>) {
//!         if let Event::Log(record) = event {
//!             println!("step {}: loss_G {:.3}", record.step, record.loss_g);
//!         }
//!     }
//! }
//!
//! let options = Options { out: Some("run".into()), ..Options::default() }.set("steps", 100);
//! let program = Program { name: "example", version: "1.0" };
//! Session::new(&options, program, &mut Printer)?.run(&())?;
//! # Ok::<(), dcgan_run::RunError>(())
//! ```
#![expect(
    clippy::disallowed_methods,
    reason = "a run reports its speed and duration, so it reads the clock"
)]

mod cache;
pub mod canvas;
pub mod checkpoint_dir;
mod control;
mod device;
pub mod evaluation;
mod few_images;
pub mod files;
mod initial;
pub mod journal;
mod kernel_choice;
mod lock;
mod memory_limit;
pub mod messages;
mod observer;
mod origin;
mod plot;
pub mod provenance;
mod quality;
mod retention;
mod run_error;
mod run_folder;
mod session;
mod settings;
mod setup;
pub mod sheet;
mod summary;
mod symptom_messages;

pub use control::Control;
pub use device::{Adapter, Device, GpuIdentity, adapters, engine};
pub use initial::{Initial, StartedFrom};
pub use kernel_choice::{Conv, Simd, backend};
pub use memory_limit::MemoryLimit;
pub use observer::{Event, Observer};
pub use origin::{Origin, Program};
pub use retention::Retention;
pub use run_error::RunError;
pub use run_folder::{data_of, is_run, origins, run_containing};
pub use session::{Outcome, Session};
pub use settings::{Entry, OnDivergence, Options, Recipe, Settings, Watching};
pub use summary::{Status, Summary, runs};

/// Whether a run could be resumed with this `config.toml`; for the fuzzer, which searches for a text that
/// makes it panic.
#[cfg(fuzzing)]
pub fn try_config(text: &str) -> bool {
    settings::try_config(text)
}

#[cfg(test)]
mod tests;
