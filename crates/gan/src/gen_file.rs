//! A generator as a `.gen` file: the smallest that images can be made from, read by the crate `dcgan-infer`. Batch norm
//! is folded into the weights. `docs/formats.md` specifies the layout.

use std::iter::zip;

use thiserror::Error;

use crate::fold::fold;
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
    let (_, folded) = fold(&weights.config, &weights.theta, &weights.buffers);
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

/// The exponent of a half that is infinite.
const INFINITE: u16 = 0x7c00;

/// The nearest half of a finite float, ties to even; infinite beyond its range.
fn to_f16(x: f32) -> u16 {
    /// 2⁻¹⁴, the smallest normal half, and its exponent in a float.
    const SMALLEST_NORMAL: f32 = 1.0 / 16384.0;
    const REBIAS: u32 = (127 - 15) << 10;

    let magnitude = x.abs();
    let half = if magnitude < SMALLEST_NORMAL {
        // In units of the smallest half; the product is exact.
        (magnitude * (1 << 24) as f32).round_ties_even() as u32
    } else {
        let bits = magnitude.to_bits();
        // Thirteen bits are cut off; a carry goes into the exponent.
        let to_even = bits >> 13 & 1;
        (((bits + 0xfff + to_even) >> 13) - REBIAS).min(INFINITE.into())
    };
    half as u16 | u16::from(x.is_sign_negative()) << 15
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::State;

    #[test]
    fn halves_are_the_nearest_with_ties_to_even() {
        for (x, half) in [
            (0.0, 0x0000),
            (-0.0, 0x8000),
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (0.333_333_34, 0x3555),
            (65504.0, 0x7bff),
            (65519.996, 0x7bff),
            (65520.0, 0x7c00),
            (f32::MAX, 0x7c00),
            // Half way between two: to the even one.
            (1.0 + 1.0 / 2048.0, 0x3c00),
            (1.0 + 3.0 / 2048.0, 0x3c02),
            (1.0 + 1.001 / 2048.0, 0x3c01),
            // From the largest subnormal half to the smallest normal one, and below the smallest.
            (6.097_555e-5, 0x03ff),
            (6.103_3e-5, 0x0400),
            (6.103_515_6e-5, 0x0400),
            (2.980_232_2e-8, 0x0000),
            (2.980_233e-8, 0x0001),
            (8.940_697e-8, 0x0002),
            (f32::MIN_POSITIVE / 8.0, 0x0000),
        ] {
            assert_eq!(to_f16(x), half, "{x:e}");
        }
    }

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
