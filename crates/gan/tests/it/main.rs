//! Training as a whole: against PyTorch, on several threads, stopped and resumed, and its formats.

mod augment;
mod checkpoint;
mod checkpoint_numbers;
mod fingerprint;
mod format;
mod golden;
mod golden_augment;
mod golden_recipes;
mod gradient;
mod hostile_pickles;
mod interop;
mod monitor;
mod monitor_at_end;
mod naive_engine;
mod recipes;
mod run;
mod shown;
mod torch_files;
mod torch_writer;
mod upsample;
mod weights;
mod weights_refused;

#[path = "../golden/run.rs"]
mod golden_run;
