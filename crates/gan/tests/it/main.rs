//! The game as a whole: against PyTorch, on several threads, stopped and resumed, and its formats.

mod checkpoint;
mod exchange;
mod fingerprint;
mod format;
mod golden;
mod gradient;
mod run;
mod watch;

#[path = "../golden/checkpoint.rs"]
mod made;
