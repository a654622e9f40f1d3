//! Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167): each channel is brought to mean 0 and
//! variance 1 over the batch, then scaled by γ and shifted by β.
//!
//! Several batches may lie side by side, each normalised independently: as many as there are [`Stats`]
//! of.
//!
//! Sums over a batch are taken for each image while it is in the cache, then added in the order of the
//! images, so they do not depend on the number of threads.

mod backward;
mod batch_stats;
mod chunk;
mod column_sums;
mod forward;
mod scale_shift;
mod stats;
mod sweeps;

pub use self::backward::{Saved, backward};
pub use self::batch_stats::batch_stats;
pub use self::forward::forward;
pub use self::scale_shift::scale_shift;
pub use self::stats::{Affine, Stats};
