//! `dcgan train`: from pictures to a run folder.

mod args;
mod begin;
mod cache;
mod checkpoints;
mod diverged;
mod events;
mod folder;
mod interrupt;
mod keep;
mod lines;
mod lock;
mod log;
mod memory_limit;
mod metrics;
mod origin;
mod plot;
mod progress;
mod quality;
mod saving;
mod session;
mod settings;
mod words;

pub(crate) use args::Args;
pub(crate) use begin::run;
pub(crate) use folder::origins;
pub(crate) use metrics::{Metric, Metrics, NAME as METRICS};
pub(crate) use origin::Origin;
pub(crate) use progress::loading;
pub(crate) use settings::refused;
#[cfg(fuzzing)]
pub(crate) use settings::try_config;

#[cfg(test)]
mod tests;
