//! Networks as ONNX files, which every runtime executes: opset 13 in format 7, that of ONNX 1.8.
//!
//! | network | input | output |
//! |---|---|---|
//! | G | `latents` (batch, nz, 1, 1) from N(0, 1) | `images` (batch, channels, side, side) in [−1, 1], or bytes (batch, side, side, channels) |
//! | D | `images` (batch, channels, side, side) in [−1, 1] | `logits` (batch, 1) |
//!
//! The batch is open. Layers are in inference mode; nodes and arrays have the names and shapes of PyTorch's example,
//! as in [`export_generator`](super::export_generator). The metadata has the keys `dcgan.network`,
//! `dcgan.fingerprint` (that of the model, whose images are G's), `dcgan.nz`, `dcgan.image_size`, `dcgan.channels` and
//! `dcgan.pixel_range`.

use dcgan_layers::Params;
use prost::Message;

use super::NetworkKind;
use super::export::{discriminator_arrays, torch_arrays};
use crate::{Config, Fingerprint, GeneratorWeights, State, discriminator, generator};
use graph::{Chain, End, int, ints};
use proto::{DataType, KeyValue, Model, OperatorSet};

mod graph;
#[expect(unreachable_pub, reason = "the derived code is public")]
mod proto;

#[cfg(test)]
mod tests;

const PRODUCER: &str = "dcgan";

/// The format of the file, which runtimes have read since 2020.
const IR_VERSION: i64 = 7;

/// The operators.
const OPSET: i64 = 13;

/// What an exported generator gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// Floats in [−1, 1], (batch, channels, side, side).
    Floats,
    /// Bytes, (batch, side, side, channels).
    Bytes,
}

/// A generator as an ONNX file.
pub fn export_generator_onnx(weights: &GeneratorWeights, pixels: Pixels) -> Vec<u8> {
    let GeneratorWeights { config, theta, buffers } = weights;
    let latents = End {
        name: "latents",
        doc: "independent draws from N(0, 1)",
        data_type: DataType::Float,
        shape: vec![config.nz, 1, 1],
    };
    let mut chain = Chain::new(NetworkKind::Generator.name(), latents);
    chain.push_layers(&generator(config).spec());
    add_arrays(&mut chain, theta, buffers);
    let (side, channels) = (config.image_size, config.channels);
    let images = match pixels {
        Pixels::Floats => images([channels, side, side]),
        Pixels::Bytes => {
            push_bytes(&mut chain);
            End { data_type: DataType::Uint8, doc: BYTES, ..images([side, side, channels]) }
        }
    };
    let model = Fingerprint::from_generator(weights);
    encode(chain, images, metadata(NetworkKind::Generator, config, model, pixels))
}

/// The discriminator of a state as an ONNX file; `model` is the fingerprint of the model that it belongs to.
/// Weights under spectral norm are written as they are used.
pub fn export_discriminator_onnx(state: &State, model: Fingerprint) -> Vec<u8> {
    let config = &state.config;
    let shape = [config.channels, config.image_size, config.image_size];
    let mut chain = Chain::new(NetworkKind::Discriminator.name(), images(shape));
    chain.push_layers(&discriminator(config).spec());
    chain.push("Flatten", "flatten", [], vec![]);
    let (theta, buffers) = discriminator_arrays(state);
    add_arrays(&mut chain, &theta, &buffers);
    let logits = End {
        name: "logits",
        doc: "larger for images that look real; the sigmoid is part of the loss",
        data_type: DataType::Float,
        shape: vec![1],
    };
    encode(chain, logits, metadata(NetworkKind::Discriminator, config, model, Pixels::Floats))
}

const BYTES: &str = "bytes, channels last";

fn images(shape: [usize; 3]) -> End {
    let doc = "from -1 (black) to 1 (white)";
    End { name: "images", doc, data_type: DataType::Float, shape: shape.into() }
}

fn add_arrays(chain: &mut Chain, theta: &Params, buffers: &Params) {
    for (name, shape, floats) in torch_arrays(theta, buffers) {
        chain.add_array(name, &shape, &floats);
    }
}

/// Appends (x + 1)·127.5, rounded, as `dcgan_tensor::pixel::to_byte` does: no value is negative, so adding a half
/// and truncating rounds.
fn push_bytes(chain: &mut Chain) {
    chain.push("Transpose", "channels_last", [], vec![ints("perm", &[0, 2, 3, 1])]);
    for (op, name, array, value) in [
        ("Add", "from_0", "one", 1.0),
        ("Mul", "to_255", "half_range", 127.5),
        ("Add", "rounded", "half", 0.5),
    ] {
        chain.add_array(array, &[], &[value]);
        chain.push(op, name, [array.to_owned()], vec![]);
    }
    let uint8 = i64::from(i32::from(DataType::Uint8));
    chain.push("Cast", "bytes", [], vec![int("to", uint8)]);
}

fn metadata(
    kind: NetworkKind,
    config: &Config,
    model: Fingerprint,
    pixels: Pixels,
) -> Vec<KeyValue> {
    let range = match pixels {
        Pixels::Floats => "-1,1",
        Pixels::Bytes => "0,255",
    };
    let pairs = [
        ("network", kind.name().to_owned()),
        ("fingerprint", model.to_string()),
        ("nz", config.nz.to_string()),
        ("image_size", config.image_size.to_string()),
        ("channels", config.channels.to_string()),
        ("pixel_range", range.to_owned()),
    ];
    pairs.map(|(key, value)| KeyValue { key: format!("{PRODUCER}.{key}"), value }).into()
}

fn encode(chain: Chain, output: End, metadata_props: Vec<KeyValue>) -> Vec<u8> {
    let model = Model {
        ir_version: IR_VERSION,
        producer_name: PRODUCER.to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        graph: Some(chain.finish(output)),
        opset_import: vec![OperatorSet { domain: String::new(), version: OPSET }],
        metadata_props,
    };
    model.encode_to_vec()
}
