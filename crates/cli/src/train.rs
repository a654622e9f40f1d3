//! `dcgan train`: from pictures to a run folder.

mod args;
mod begin;
mod checkpoints;
mod folder;
mod interrupt;
mod keep;
mod lock;
mod log;
mod origin;
mod plot;
mod progress;
mod session;
mod settings;

pub(crate) use args::Args;
pub(crate) use begin::run;
pub(crate) use folder::origins;
pub(crate) use origin::Origin;
pub(crate) use progress::loading;
pub(crate) use settings::{natural_side, refused};

#[cfg(test)]
mod tests;
