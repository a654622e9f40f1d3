use std::fmt;

use anyhow::Result;
use clap::ValueEnum;
use dcgan_gan::{Backend, ConvAlgorithm, Isa};
use serde::{Deserialize, Serialize};

use crate::failure::usage;

/// How convolutions are computed, for those who compare.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// The way to a convolution; another one gives other last bits [default: auto]
    #[arg(long, value_enum, help_heading = "For comparing")]
    pub(crate) conv: Option<Conv>,
    /// The vector instructions of our own kernels; others may give other last bits [default: auto]
    #[arg(long, value_enum, help_heading = "For comparing")]
    pub(crate) simd: Option<Simd>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Conv {
    /// The fastest for each layer
    #[default]
    Auto,
    /// Columns and one matrix product
    Im2col,
    /// Minimal filtering wherever it can be done
    Winograd,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Simd {
    /// The best that this processor has
    #[default]
    Auto,
    /// 16 floats at a time
    Avx512,
    /// 8 floats at a time
    Avx2,
    /// What every processor has
    Portable,
}

impl Args {
    /// What is asked for.
    ///
    /// # Errors
    /// If this processor does not have it.
    pub(crate) fn method(self) -> Result<Backend> {
        Ok(method(self.conv.unwrap_or_default(), self.simd()?))
    }

    /// The instructions that are asked for, by their own name.
    ///
    /// # Errors
    /// If this processor does not have them.
    pub(crate) fn simd(self) -> Result<Simd> {
        let simd = self.simd.unwrap_or_default().here();
        if !simd.is_here() {
            return Err(usage(format!(
                "--simd is {simd}: this processor does not have it; its best is {}",
                Simd::Auto.here()
            )));
        }
        Ok(simd)
    }
}

/// How kernels compute by these two.
pub(crate) fn method(conv: Conv, simd: Simd) -> Backend {
    let conv = match conv {
        Conv::Auto => ConvAlgorithm::Auto,
        Conv::Im2col => ConvAlgorithm::Im2col,
        Conv::Winograd => ConvAlgorithm::Winograd,
    };
    Backend { conv, isa: simd.level() }
}

impl Simd {
    /// Each by its own name.
    pub(crate) const BEST_FIRST: [Self; 3] = [Self::Avx512, Self::Avx2, Self::Portable];

    /// The same by its own name: what `auto` comes to on this processor.
    pub(crate) fn here(self) -> Self {
        match self.level() {
            Isa::Avx512 => Self::Avx512,
            Isa::Avx2 => Self::Avx2,
            Isa::Portable => Self::Portable,
        }
    }

    /// Whether this processor has it.
    pub(crate) fn is_here(self) -> bool {
        self.level().is_supported()
    }

    fn level(self) -> Isa {
        match self {
            Self::Auto => Isa::detect(),
            Self::Avx512 => Isa::Avx512,
            Self::Avx2 => Isa::Avx2,
            Self::Portable => Isa::Portable,
        }
    }
}

impl fmt::Display for Conv {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        named(self, f)
    }
}

impl fmt::Display for Simd {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        named(self, f)
    }
}

/// As on the command line.
fn named(value: &impl ValueEnum, f: &mut fmt::Formatter) -> fmt::Result {
    value.to_possible_value().map_or(Ok(()), |name| f.write_str(name.get_name()))
}
