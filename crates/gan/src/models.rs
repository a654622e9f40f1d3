//! The two networks, as in the DCGAN paper and in PyTorch's example.
//!
//! Layers are named by their index in PyTorch's `nn.Sequential`, where an activation has an index of
//! its own: so `main.3.weight` here is `main.3.weight` there.

use dcgan_layers::{BatchNorm2d, Conv2d, ConvTranspose2d, Network};
use dcgan_tensor::{Activation, Window};

use crate::{Config, DNorm};

/// Halves width and height; transposed, doubles them.
const RESAMPLE: Window = Window { kernel: 4, stride: 2, pad: 1 };

/// Maps 4 × 4 to 1 × 1; transposed, 1 × 1 to 4 × 4.
const PROJECT: Window = Window { kernel: 4, stride: 1, pad: 0 };

const LEAKY: Activation = Activation::LeakyRelu(0.2);

/// G: z (n, 1, 1, nz) → image (n, side, side, channels) in (−1, 1).
///
/// 1×1 → 4×4 → 8×8 → … → side, through 256, 128, 64 and 32 channels by default.
pub fn generator(config: &Config) -> Network {
    build_generator(config, |net, index, conv, c_out| {
        net.push(&format!("main.{index}"), conv).push(
            &format!("main.{}", index + 1),
            BatchNorm2d::new(c_out).activation(Activation::Relu),
        )
    })
}

/// G in inference mode: every batch norm, which no longer depends on the batch, is folded into the
/// convolution before it, as a factor of its weights and a bias.
pub(crate) fn folded_generator(config: &Config) -> Network {
    build_generator(config, |net, index, conv, _| {
        net.push(&format!("main.{index}"), conv.bias().activation(Activation::Relu))
    })
}

/// `hidden` appends a convolution to this many channels, and what follows it, at an index of the
/// network.
fn build_generator(
    config: &Config,
    hidden: impl Fn(Network, usize, ConvTranspose2d, usize) -> Network,
) -> Network {
    let mut net = Network::new([1, 1, config.nz]);
    let (mut index, mut c_in, mut window) = (0, config.nz, PROJECT);
    for c_out in config.widths(config.ngf) {
        net = hidden(net, index, ConvTranspose2d::new(c_in, c_out, window), c_out);
        (index, c_in, window) = (index + 3, c_out, RESAMPLE);
    }
    let last = ConvTranspose2d::new(c_in, config.channels, RESAMPLE).activation(Activation::Tanh);
    net.push(&format!("main.{index}"), last)
}

/// D: image (n, side, side, channels) → logit (n, 1, 1, 1).
///
/// side → … → 8×8 → 4×4 → 1×1, through 32, 64, 128 and 256 channels by default. The sigmoid is part of
/// the loss.
///
/// Without batch norm every convolution has a bias.
pub fn discriminator(config: &Config) -> Network {
    let mut widths: Vec<usize> = config.widths(config.ndf).collect();
    widths.reverse();
    let conv = |c_in, c_out, window| {
        let conv = Conv2d::new(c_in, c_out, window);
        match config.d_norm {
            DNorm::Batch => conv,
            DNorm::None => conv.bias(),
            DNorm::Spectral => conv.bias().spectral_norm(),
        }
    };
    let first = conv(config.channels, config.ndf, RESAMPLE).activation(LEAKY);
    let mut net =
        Network::new([config.image_size, config.image_size, config.channels]).push("main.0", first);
    let mut index = 2;
    for pair in widths.windows(2) {
        let (inner, name) = (conv(pair[0], pair[1], RESAMPLE), format!("main.{index}"));
        net = match config.d_norm {
            DNorm::Batch => {
                let norm = BatchNorm2d::new(pair[1]).activation(LEAKY);
                net.push(&name, inner).push(&format!("main.{}", index + 1), norm)
            }
            DNorm::None | DNorm::Spectral => net.push(&name, inner.activation(LEAKY)),
        };
        index += if config.d_norm == DNorm::Batch { 3 } else { 2 };
    }
    let widest = widths[widths.len() - 1];
    net.push(&format!("main.{index}"), conv(widest, 1, PROJECT))
}
