use anyhow::Result;
use dcgan_gan::Backend;
use dcgan_run::{Conv, Simd, backend};

use crate::values::one_of;

/// How convolutions are computed, for comparisons.
#[derive(Clone, Copy, Debug, Default, clap::Args, serde::Serialize)]
#[group(skip)]
pub(crate) struct Args {
    /// Convolution algorithm: auto, im2col or winograd; results differ only by rounding
    #[arg(long, value_name = "NAME", value_parser = conv(), hide_possible_values = true, help_heading = "Debugging")]
    pub(crate) conv: Option<Conv>,
    /// Vector instructions: auto, avx512, avx2, neon or portable; results may differ by rounding
    #[arg(long, value_name = "NAME", value_parser = simd(), hide_possible_values = true, help_heading = "Debugging")]
    pub(crate) simd: Option<Simd>,
}

impl Args {
    /// The selected backend.
    ///
    /// # Errors
    /// If this processor does not support the instruction set.
    pub(crate) fn backend(self) -> Result<Backend> {
        Ok(backend(self.conv.unwrap_or_default(), self.simd.unwrap_or_default().available()?))
    }
}

fn conv() -> impl clap::builder::TypedValueParser<Value = Conv> {
    one_of(["auto", "im2col", "winograd"])
}

fn simd() -> impl clap::builder::TypedValueParser<Value = Simd> {
    one_of(["auto", "avx512", "avx2", "neon", "portable"])
}
