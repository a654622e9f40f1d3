//! `dcgan train`: from pictures to a run folder.

mod args;
mod begin;
mod checkpoints;
mod diverged;
mod events;
mod folder;
mod interrupt;
mod keep;
mod lines;
mod lock;
mod log;
mod plot;
mod progress;
mod session;
mod settings;
mod words;

pub(crate) use args::Args;
pub(crate) use begin::run;
pub(crate) use progress::loading;
pub(crate) use settings::{natural_side, refused};

#[cfg(test)]
mod tests;
