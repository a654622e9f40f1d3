//! One file per command. Commands do not use each other; what they share is next to this module.

pub(crate) mod bench;
pub(crate) mod completions;
pub(crate) mod data;
pub(crate) mod demo;
pub(crate) mod devices;
pub(crate) mod evaluate;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod info;
pub(crate) mod interpolate;
pub(crate) mod log;
pub(crate) mod man;
pub(crate) mod mix;
pub(crate) mod regenerate;
pub(crate) mod runs;
pub(crate) mod train;
