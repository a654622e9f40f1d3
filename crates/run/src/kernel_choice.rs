use std::fmt;
use std::str::FromStr;

use dcgan_gan::{Backend, ConvAlgorithm, Isa};
use serde::{Deserialize, Serialize};

use crate::run_error::{Result, RunError};

/// The algorithm of convolutions. Results differ by rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conv {
    /// The fastest for each layer.
    #[default]
    Auto,
    /// A matrix of windows and one matrix product.
    Im2col,
    /// Winograd wherever it is possible.
    Winograd,
}

/// The vector instructions of the kernels. Results may differ by rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Simd {
    /// The best that this processor supports.
    #[default]
    Auto,
    /// AVX-512, 16 floats at a time.
    Avx512,
    /// AVX2 with FMA, 8 floats at a time.
    Avx2,
    /// NEON, 4 floats at a time, on 64-bit ARM.
    Neon,
    /// Plain Rust, on every processor.
    Portable,
}

impl Conv {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Im2col, Self::Winograd];
}

/// The backend that these two settings select.
#[must_use]
pub fn backend(conv: Conv, simd: Simd) -> Backend {
    let algorithm = match conv {
        Conv::Auto => ConvAlgorithm::Auto,
        Conv::Im2col => ConvAlgorithm::Im2col,
        Conv::Winograd => ConvAlgorithm::Winograd,
    };
    Backend { conv: algorithm, isa: simd.isa(), ..Backend::default() }
}

impl Simd {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Auto, Self::Avx512, Self::Avx2, Self::Neon, Self::Portable];

    /// Every instruction set, best first.
    pub(crate) const BEST_FIRST: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Portable];

    /// The selected instruction set, with `auto` resolved.
    ///
    /// # Errors
    /// If this processor does not support it.
    pub fn available(self) -> Result<Self> {
        let simd = self.resolved();
        if simd.is_supported() {
            return Ok(simd);
        }
        let best = Self::Auto.resolved();
        let why = format!("this processor does not support it; the best one it supports is {best}");
        Err(RunError::Setting { name: "simd".to_owned(), value: simd.to_string(), why })
    }

    /// The instruction set that this selects: `auto` becomes the best one of this processor.
    #[must_use]
    pub fn resolved(self) -> Self {
        match self.isa() {
            Isa::Avx512 => Self::Avx512,
            Isa::Avx2 => Self::Avx2,
            Isa::Neon => Self::Neon,
            Isa::Portable => Self::Portable,
        }
    }

    /// Whether this processor supports it.
    #[must_use]
    pub fn is_supported(self) -> bool {
        self.isa().is_supported()
    }

    fn isa(self) -> Isa {
        match self {
            Self::Auto => Isa::detect(),
            Self::Avx512 => Isa::Avx512,
            Self::Avx2 => Isa::Avx2,
            Self::Neon => Isa::Neon,
            Self::Portable => Isa::Portable,
        }
    }
}

impl fmt::Display for Conv {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Im2col => "im2col",
            Self::Winograd => "winograd",
        })
    }
}

impl fmt::Display for Simd {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Neon => "neon",
            Self::Portable => "portable",
        })
    }
}

impl FromStr for Conv {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        named(&Self::ALL, text)
    }
}

impl FromStr for Simd {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        named(&Self::ALL, text)
    }
}

/// The element of `all` whose name is `text`.
pub(crate) fn named<T: Copy + fmt::Display>(all: &[T], text: &str) -> Result<T, String> {
    let found = all.iter().copied().find(|value| value.to_string() == text);
    found.ok_or_else(|| {
        let names: Vec<String> = all.iter().map(T::to_string).collect();
        format!("it must be one of {}", names.join(", "))
    })
}
