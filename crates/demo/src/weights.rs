use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dcgan_gan::GeneratorWeights;
use dcgan_gan::half::to_f16;
use serde::Serialize;

use crate::DemoError;

/// The largest weight of a layer is stored with this exponent, the highest but one of a half.
const HIGHEST: i32 = 14;

/// A transposed convolution of the folded generator.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Layer {
    /// Channels in.
    #[serde(rename = "in")]
    pub(crate) c_in: usize,
    /// Channels out.
    #[serde(rename = "out")]
    pub(crate) c_out: usize,
    /// A power of two that the stored weights are multiplied by.
    pub(crate) scale: f64,
    /// Whether each channel out has a bias.
    pub(crate) bias: bool,
}

/// The folded generator: its layers, and in Base64 their numbers. For each layer these are its weights
/// (row, column, out, in) divided by its scale, as halves, then its biases as floats; all little-endian.
pub(crate) fn pack(weights: &GeneratorWeights) -> Result<(Vec<Layer>, String), DemoError> {
    let theta = weights.folded().1;
    let (mut layers, mut bytes) = (Vec::<Layer>::new(), Vec::new());
    for (entry, floats) in theta.iter() {
        let largest = floats.iter().fold(0.0, |largest: f32, w| largest.max(w.abs()));
        if !floats.iter().all(|w| w.is_finite()) {
            return Err(DemoError::NotFinite(entry.name.clone()));
        }
        match (&entry.spec.shape[..], layers.last_mut()) {
            (&[_, _, c_out, c_in], _) => {
                let scale = scale_for(largest);
                let halves = floats.iter().map(|&w| to_f16((f64::from(w) / scale) as f32));
                bytes.extend(halves.flat_map(u16::to_le_bytes));
                layers.push(Layer { c_in, c_out, scale, bias: false });
            }
            (_, Some(layer)) => {
                layer.bias = true;
                bytes.extend(floats.iter().flat_map(|b| b.to_le_bytes()));
            }
            (_, None) => unreachable!("a layer begins with its weight"),
        }
    }
    Ok((layers, STANDARD.encode(bytes)))
}

/// The power of two by which the largest weight has the exponent [`HIGHEST`].
fn scale_for(largest: f32) -> f64 {
    if largest == 0.0 {
        return 1.0;
    }
    2f64.powi(f64::from(largest).log2().floor() as i32 - HIGHEST)
}
