//! Training as a whole: against PyTorch, on several threads, stopped and resumed, and its formats.

mod checkpoint;
mod fingerprint;
mod format;
mod golden;
mod gradient;
mod interop;
mod monitor;
mod monitor_at_end;
mod naive_engine;
mod run;

#[path = "../golden/run.rs"]
mod golden_run;
