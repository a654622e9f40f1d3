//! The optimiser, and the average of what it makes: updates of flat slices of parameters.
//!
//! This crate knows slices of floats. It must never know a layer, a network or a loss.
//!
//! ```
//! use dcgan_optim::{Adam, AdamConfig};
//!
//! let mut theta = [1.0, -2.0];
//! let mut adam = Adam::new(theta.len());
//! // Minimise (θ₀² + θ₁²)/2, whose gradient is θ.
//! for _ in 0..1000 {
//!     let gradient = theta;
//!     adam.step(AdamConfig { lr: 0.01, beta1: 0.5, ..AdamConfig::default() }, &mut theta, &gradient);
//! }
//! assert!(theta[0].abs() < 1e-2 && theta[1].abs() < 1e-2);
//! ```

mod adam;
mod ema;

pub use adam::{Adam, AdamConfig};
pub use ema::{ema_decay, ema_step};

/// Floats in a parallel task.
const CHUNK: usize = 16 * 1024;

#[cfg(test)]
mod tests;
