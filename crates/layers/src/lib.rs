//! Differentiable layers, their parameters, and networks: chains of layers.
//!
//! This crate knows parameters, layers and losses. It must never know a particular network, an
//! optimiser, a file, a clock or a random number generator: random draws come from a closure that the
//! caller passes.
//!
//! A [`Layer`] is a description without state: the parameters θ of a network lie in one flat
//! [`Params`] that is passed in, and the values of a forward pass in [`Activations`]. So two forward
//! passes of one network can be alive at once.
//!
//! ```
//! use dcgan_layers::{BatchNorm2d, Conv2d, Network};
//! use dcgan_tensor::{Activation, Context, Window};
//!
//! let downsample = Window { kernel: 4, stride: 2, pad: 1 };
//! let net = Network::new([8, 8, 3])
//!     .push("conv", Conv2d::new(3, 16, downsample))
//!     .push("norm", BatchNorm2d::new(16).activation(Activation::LeakyRelu(0.2)));
//!
//! let theta = net.init(&mut || 0.1); // every "random" draw is 0.1 here
//! let mut buffers = net.init_buffers(); // running mean and variance
//! let (mut activations, mut ctx) = (net.activations(2), Context::default());
//! activations.input_mut().fill(1.0);
//! net.forward(&theta, &mut buffers, &mut activations, &mut ctx);
//! assert_eq!(activations.output().dim(), (2, 4, 4, 16));
//! ```

mod activations;
mod batch_norm2d;
mod conv2d;
mod conv_transpose2d;
mod grad_buffers;
mod layer;
mod logit_grads;
pub mod loss;
mod network;
mod params;
mod spec;
mod spectral_norm;

pub use activations::Activations;
pub use batch_norm2d::BatchNorm2d;
pub use conv_transpose2d::ConvTranspose2d;
pub use conv2d::Conv2d;
pub use grad_buffers::{GradBuffers, OutputGrad};
pub use layer::{Grads, Layer, PerImage, Saved};
pub use logit_grads::LogitGrads;
pub use network::{Network, NetworkSpec, Node};
pub use params::{Entry, Params};
pub use spec::{Init, LayerSpec, ParamSpec};
pub use spectral_norm::SpectralNorm;

#[cfg(test)]
mod tests;
