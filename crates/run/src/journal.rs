//! What a run records while it trains: `log.jsonl`, `events.jsonl`, `metrics.jsonl` and `evaluations.jsonl`.

mod evaluations;
mod events;
mod history;
mod jsonl;
mod log;
mod metrics;

pub use evaluations::Evaluation;
pub(crate) use evaluations::Evaluations;
pub use events::Incident;
pub(crate) use events::Incidents;
pub use history::{History, sample_grids};
pub use log::Record;
pub(crate) use log::{Log, last_record};
pub use metrics::{Metric, Metrics};
