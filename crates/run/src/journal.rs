//! What a run records while it trains: `log.jsonl`, `events.jsonl` and `metrics.jsonl`.

mod events;
mod jsonl;
mod log;
mod metrics;

pub use events::Incident;
pub(crate) use events::Incidents;
pub use log::Record;
pub(crate) use log::{Log, last_record};
pub use metrics::{Metric, Metrics};
