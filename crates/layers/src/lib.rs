//! Differentiable maps, their parameters, and networks of them in a row.
//!
//! This crate knows parameters, layers and losses. It must never know a particular network, an
//! optimiser, a file, a clock, or a generator of random numbers: what it needs of chance is a
//! closure that the caller passes.
//!
//! A [`Layer`] is a description, not a container: its parameters θ lie in one flat [`Params`] of
//! the whole network and are passed in, and what a run leaves behind lies in a [`Pass`]. So two
//! runs of one network can be alive at once, and forward is a pure function of (θ, x).
//!
//! ```
//! use dcgan_layers::{BatchNorm2d, Conv2d, Network};
//! use dcgan_tensor::{Activation, Context, Window};
//!
//! let halve = Window { kernel: 4, stride: 2, pad: 1 };
//! let net = Network::new([8, 8, 3])
//!     .push("conv", Conv2d::new(3, 16, halve))
//!     .push("norm", BatchNorm2d::new(16).act(Activation::LeakyRelu(0.2)));
//!
//! let theta = net.init(&mut || 0.1); // here every "random" draw is 0.1
//! let (mut pass, mut scratch) = (net.pass(2), Context::default());
//! pass.input().fill(1.0);
//! net.forward(&theta, &mut pass, &mut scratch);
//! assert_eq!(pass.output().dim(), (2, 4, 4, 16));
//! ```

mod batch_norm2d;
mod conv2d;
mod conv_transpose2d;
mod layer;
mod loss;
mod network;
mod params;
mod pass;
mod way_back;

pub use batch_norm2d::BatchNorm2d;
pub use conv_transpose2d::ConvTranspose2d;
pub use conv2d::Conv2d;
pub use layer::{Grads, Init, Layer, Point, Spec};
pub use loss::bce_with_logits;
pub use network::{Network, Node};
pub use params::{Entry, Params};
pub use pass::Pass;
pub use way_back::WayBack;

#[cfg(test)]
mod tests;
