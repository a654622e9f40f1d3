//! Event files of TensorBoard, written from the records of a training run.
//!
//! [`EventFile::write`] converts everything that a run has recorded so far, and [`EventFile::push`] appends to it while
//! the run trains. There are scalars for the lines of `log.jsonl`, `metrics.jsonl` and `evaluations.jsonl`, and the
//! grids of samples as images.
//!
//! An event file is a sequence of records, framed as in a TFRecord ([`record`]), each of which is an [`Event`] in the
//! wire format of Protocol Buffers. The messages are those few of TensorFlow's `event.proto` and `summary.proto` that
//! are needed here.
//!
//! This crate knows what a run records and what TensorBoard reads. It must never know the console or the clock: the
//! time is an argument.

mod convert;
mod event;
mod event_file;
pub mod record;
mod timeline;

pub use convert::{of_evaluation, of_metric, of_record, of_samples};
pub use event::{Event, Image, Kind, SessionLog, Summary, Value, Values};
pub use event_file::{EventFile, seconds};

#[cfg(test)]
mod tests;
