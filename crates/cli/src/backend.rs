use anyhow::Result;
use dcgan_gan::Backend;
use dcgan_run::{Conv, Simd, method};

use crate::values::one_of;

/// How convolutions are computed, for comparisons.
#[derive(Clone, Copy, Debug, Default, clap::Args, serde::Serialize)]
#[group(skip)]
pub(crate) struct Args {
    /// Convolution algorithm; results differ only by rounding
    #[arg(long, value_name = "ALGORITHM", value_parser = conv(), help_heading = "Debugging")]
    pub(crate) conv: Option<Conv>,
    /// Vector instructions of the kernels; results may differ by rounding
    #[arg(long, value_name = "ISA", value_parser = simd(), help_heading = "Debugging")]
    pub(crate) simd: Option<Simd>,
}

impl Args {
    /// What is asked for.
    ///
    /// # Errors
    /// If this processor does not have it.
    pub(crate) fn method(self) -> Result<Backend> {
        Ok(method(self.conv.unwrap_or_default(), self.simd.unwrap_or_default().available()?))
    }
}

fn conv() -> impl clap::builder::TypedValueParser<Value = Conv> {
    one_of([
        ("auto", "The fastest for each layer"),
        ("im2col", "A matrix of windows and one matrix product"),
        ("winograd", "Winograd wherever it is possible"),
    ])
}

fn simd() -> impl clap::builder::TypedValueParser<Value = Simd> {
    one_of([
        ("auto", "The best that this processor has"),
        ("avx512", "16 floats at a time"),
        ("avx2", "8 floats at a time"),
        ("portable", "Plain Rust, on every processor"),
    ])
}
