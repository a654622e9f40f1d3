//! The training step of a DCGAN on a graphics card: an [`Engine`](dcgan_gan::Engine) whose kernels are compute shaders
//! in WGSL, run by `wgpu` over Vulkan, Metal or Direct3D 12.
//!
//! Parameters, moments, statistics, gradients and activations stay on the device. Latents and real images go up, D's
//! logits and what the norms of the gradients are summed from come down, in one submission and with one wait for each
//! step. docs/gpu.md describes the layout.
//!
//! Nothing here is atomic, and every sum has an order that follows from the sizes alone. So the same device, driver
//! and shaders give the same bits, which [`Identity`] names.
//!
//! ```no_run
//! use dcgan_gan::{Config, Engine, State};
//! use dcgan_gpu::{Choice, Gpu, GpuEngine};
//!
//! let gpu = Gpu::open(Choice::Best)?;
//! let mut engine = GpuEngine::new(gpu, State::new(Config::default())?)?;
//! engine.real().fill(0.5); // a batch of real images would be written here
//! let losses = engine.step()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adapters;
mod engine;
mod error;
mod floats;
mod gpu;
mod kernels;
mod plan;
mod profile;
mod recorder;
mod shader;
mod uniform;

pub use adapters::{Adapter, Choice, adapters};
pub use engine::GpuEngine;
pub use error::GpuError;
pub use gpu::{Gpu, Identity};
pub use profile::{DispatchTime, SmallDispatches};

#[cfg(test)]
mod tests;
