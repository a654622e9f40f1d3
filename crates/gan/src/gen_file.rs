//! A generator as a `.gen` file: the smallest that images can be made from, read by the crate `dcgan-infer`. Batch norm
//! is folded into the weights. `docs/formats.md` specifies the layout.

use std::iter::zip;

use thiserror::Error;

use crate::half::{INFINITE, to_f16};
use crate::{Config, Fingerprint, GeneratorWeights};

/// What a `.gen` file begins with.
pub const MAGIC: &[u8; 8] = b"DCGANGEN";

/// The version of the format that is written.
pub const VERSION: u32 = 1;

/// The type of weights and biases in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// IEEE single precision.
    F32,
    /// IEEE half precision, rounded to nearest, ties to even.
    F16,
}

/// Why a generator cannot be written.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum GenFileError {
    /// Half precision ends at 65504.
    #[error(
        "layer {layer} has a weight or bias of {value:e} after batch norm is folded in, beyond the range of f16; leave out --f16"
    )]
    BeyondF16 {
        /// The layer, counted from 0.
        layer: usize,
        /// The number.
        value: f32,
    },
    /// γ/√(var + ε) or what it multiplies is too large.
    #[error("layer {layer} has a weight or bias that is not finite after batch norm is folded in")]
    NonFinite {
        /// The layer, counted from 0.
        layer: usize,
    },
}

impl Precision {
    fn bytes(self) -> u32 {
        match self {
            Self::F32 => 4,
            Self::F16 => 2,
        }
    }
}

/// A generator after this many training steps, 0 if unknown, as a `.gen` file.
///
/// # Errors
/// If a number cannot be represented.
pub fn encode(
    weights: &GeneratorWeights,
    steps: u64,
    precision: Precision,
) -> Result<Vec<u8>, GenFileError> {
    let Config { nz, ngf, channels, image_size, .. } = weights.config;
    let (_, folded) = weights.folded();
    let mut bytes = MAGIC.to_vec();
    let sizes = [nz, ngf, channels, image_size].map(|size| size as u32);
    for number in [VERSION, precision.bytes()].into_iter().chain(sizes) {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(Fingerprint::from_generator(weights).bytes());
    bytes.extend([0; 2]);
    bytes.extend(steps.to_le_bytes());
    let mut layer = 0;
    for (i, (entry, floats)) in folded.iter().enumerate() {
        match entry.spec.shape[..] {
            [kernel, _, c_out, c_in] => {
                layer += usize::from(i > 0);
                let taps = floats.chunks_exact(c_out * c_in).take(kernel * kernel);
                for matrix in taps {
                    put(&mut bytes, &transposed(matrix, c_in), layer, precision)?;
                }
            }
            _ => put(&mut bytes, floats, layer, precision)?,
        }
    }
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    Ok(bytes)
}

/// A matrix of rows of `columns` floats, column by column.
fn transposed(matrix: &[f32], columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| matrix.iter().skip(column).step_by(columns).copied()).collect()
}

fn put(
    bytes: &mut Vec<u8>,
    floats: &[f32],
    layer: usize,
    precision: Precision,
) -> Result<(), GenFileError> {
    if !floats.iter().all(|value| value.is_finite()) {
        return Err(GenFileError::NonFinite { layer });
    }
    match precision {
        Precision::F32 => bytes.extend(floats.iter().flat_map(|value| value.to_le_bytes())),
        Precision::F16 => {
            let halves: Vec<u16> = floats.iter().map(|&value| to_f16(value)).collect();
            if let Some((&value, _)) =
                zip(floats, &halves).find(|(_, half)| *half & INFINITE == INFINITE)
            {
                return Err(GenFileError::BeyondF16 { layer, value });
            }
            bytes.extend(halves.iter().flat_map(|half| half.to_le_bytes()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::State;

    #[test]
    fn numbers_that_a_half_cannot_hold_are_refused_by_the_layer() {
        let config = Config { image_size: 16, nz: 2, ngf: 2, ndf: 2, ..Config::default() };
        let mut weights = State::new(config).unwrap().shown();
        let last = weights.theta.len() - 1;
        weights.theta.as_mut_slice()[last] = 7e4;
        assert!(encode(&weights, 0, Precision::F32).is_ok());
        let error = encode(&weights, 0, Precision::F16).unwrap_err();
        assert_eq!(error, GenFileError::BeyondF16 { layer: 2, value: 7e4 });
        weights.theta.as_mut_slice()[0] = f32::MAX;
        weights.buffers.as_mut_slice().fill(0.0);
        let error = encode(&weights, 0, Precision::F32).unwrap_err();
        assert_eq!(error, GenFileError::NonFinite { layer: 0 });
    }
}
