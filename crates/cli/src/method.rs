use anyhow::Result;
use clap::ValueEnum;
use dcgan_gan::{Algorithm, Level, Method};

use crate::failure::usage;

/// How convolutions are computed, for those who compare.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// The way to a convolution; another one gives other last bits
    #[arg(long, value_enum, default_value_t, help_heading = "For comparing")]
    conv: Conv,
    /// The vector instructions of our own kernels
    #[arg(long, value_enum, default_value_t, help_heading = "For comparing")]
    simd: Simd,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Conv {
    /// The fastest for each layer
    #[default]
    Auto,
    /// Columns and one matrix product
    Im2col,
    /// Minimal filtering wherever it can be done
    Winograd,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Simd {
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
    pub(crate) fn method(self) -> Result<Method> {
        let level = match self.simd {
            Simd::Auto => Level::detect(),
            Simd::Avx512 => Level::Avx512,
            Simd::Avx2 => Level::Avx2,
            Simd::Portable => Level::Portable,
        };
        if !level.is_here() {
            let best = format!("{:?}", Level::detect()).to_lowercase();
            let name = format!("{level:?}").to_lowercase();
            return Err(usage(format!(
                "--simd is {name}: this processor does not have it; its best is {best}"
            )));
        }
        let algorithm = match self.conv {
            Conv::Auto => Algorithm::Auto,
            Conv::Im2col => Algorithm::Im2col,
            Conv::Winograd => Algorithm::Winograd,
        };
        Ok(Method { algorithm, level })
    }
}
