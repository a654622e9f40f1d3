use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::GeneratorWeights;
use crate::interop::torch_arrays;

/// Bytes kept of a hash: among a million models, two share them with a probability of 1 in 500.
const LEN: usize = 6;

/// A short identifier: the first 48 bits of a SHA-256, written as twelve hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint([u8; LEN]);

impl Fingerprint {
    /// The hash of these bytes, concatenated.
    pub fn hash<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
        }
        let mut print = Self([0; LEN]);
        print.0.copy_from_slice(&hash.finalize()[..LEN]);
        print
    }

    /// Its bytes.
    pub fn bytes(self) -> [u8; LEN] {
        self.0
    }

    /// Of everything that decides which image a generator makes of a latent: its parameters and buffers, under the names, shapes and layout of [`crate::interop`]. So a model has the same
    /// fingerprint in a checkpoint and as safetensors.
    ///
    /// Hashed are, for each array in the order of the layers, parameters before buffers: a line such as
    /// `main.0.weight [100, 256, 4, 4]`, and the floats as little-endian f32.
    pub fn from_generator(weights: &GeneratorWeights) -> Self {
        Self::hash(torch_arrays(&weights.theta, &weights.buffers).flat_map(
            |(name, shape, floats)| {
                let floats = floats.iter().flat_map(|v| v.to_le_bytes()).collect();
                [format!("{name} {shape:?}\n").into_bytes(), floats]
            },
        ))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Fingerprint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a fingerprint, which is twelve hexadecimal digits");
        let digits: Option<Vec<u8>> =
            text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
        let digits = digits.filter(|digits| digits.len() == 2 * LEN).ok_or_else(wrong)?;
        let mut print = Self([0; LEN]);
        for (byte, pair) in print.0.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Ok(print)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(print: Fingerprint) -> Self {
        print.to_string()
    }
}
