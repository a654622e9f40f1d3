//! The two networks, as the DCGAN paper and torch's example have them.
//!
//! Layers are named by their place in torch's `nn.Sequential`, where an activation has a place of
//! its own: so `main.3.weight` here is `main.3.weight` there.

use dcgan_layers::{BatchNorm2d, Conv2d, ConvTranspose2d, Network};
use dcgan_tensor::{Activation, Window};

use crate::Config;

/// Halves a picture; read backwards, doubles it.
const HALVE: Window = Window { kernel: 4, stride: 2, pad: 1 };

/// Takes a map of 4 × 4 to one point; read backwards, a point to 4 × 4.
const POINT: Window = Window { kernel: 4, stride: 1, pad: 0 };

const LEAKY: Activation = Activation::LeakyRelu(0.2);

/// G: z (n, 1, 1, nz) → picture (n, side, side, channels) in (−1, 1).
///
/// 1×1 → 4×4 → 8×8 → … → side, at the default size through 256, 128, 64 and 32 channels.
pub fn generator(config: &Config) -> Network {
    upwards(config, |net, place, conv, c_out| {
        net.push(&format!("main.{place}"), conv)
            .push(&format!("main.{}", place + 1), BatchNorm2d::new(c_out).act(Activation::Relu))
    })
}

/// G as it is in inference: each normalisation, which no longer follows the batch, folded into the
/// convolution before it, as a factor of its weights and a bias.
pub(crate) fn folded_generator(config: &Config) -> Network {
    upwards(config, |net, place, conv, _| {
        net.push(&format!("main.{place}"), conv.bias().act(Activation::Relu))
    })
}

/// From a latent to a picture. `hidden` puts a convolution of so many channels, and what is behind it, at
/// a place of the network.
fn upwards(
    config: &Config,
    hidden: impl Fn(Network, usize, ConvTranspose2d, usize) -> Network,
) -> Network {
    let mut net = Network::new([1, 1, config.nz]);
    let (mut place, mut c_in, mut window) = (0, config.nz, POINT);
    for c_out in config.widths(config.ngf) {
        net = hidden(net, place, ConvTranspose2d::new(c_in, c_out, window), c_out);
        (place, c_in, window) = (place + 3, c_out, HALVE);
    }
    let last = ConvTranspose2d::new(c_in, config.channels, HALVE).act(Activation::Tanh);
    net.push(&format!("main.{place}"), last)
}

/// D: picture (n, side, side, channels) → logit (n, 1, 1, 1).
///
/// side → … → 8×8 → 4×4 → 1×1, at the default size through 32, 64, 128 and 256 channels. The
/// sigmoid is part of the loss.
pub fn discriminator(config: &Config) -> Network {
    let mut widths: Vec<usize> = config.widths(config.ndf).collect();
    widths.reverse();
    let first = Conv2d::new(config.channels, config.ndf, HALVE).act(LEAKY);
    let mut net =
        Network::new([config.image_size, config.image_size, config.channels]).push("main.0", first);
    let mut place = 2;
    for pair in widths.windows(2) {
        net = net
            .push(&format!("main.{place}"), Conv2d::new(pair[0], pair[1], HALVE))
            .push(&format!("main.{}", place + 1), BatchNorm2d::new(pair[1]).act(LEAKY));
        place += 3;
    }
    let widest = widths[widths.len() - 1];
    net.push(&format!("main.{place}"), Conv2d::new(widest, 1, POINT))
}
