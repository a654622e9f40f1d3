//! Losses of logits: each returns the loss and writes its gradient. One file a loss.

mod bce;

pub use bce::bce_with_logits;
