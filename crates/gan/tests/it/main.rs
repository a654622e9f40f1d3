//! Training as a whole: against PyTorch, on several threads, stopped and resumed, and its formats.

mod checkpoint;
mod fingerprint;
mod format;
mod golden;
mod golden_recipes;
mod gradient;
mod interop;
mod monitor;
mod naive_engine;
mod recipes;
mod run;

#[path = "../golden/run.rs"]
mod golden_run;
