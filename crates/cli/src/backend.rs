use anyhow::Result;
use dcgan_gan::Backend;
use dcgan_run::{Conv, Simd, backend};

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
    /// The selected backend.
    ///
    /// # Errors
    /// If this processor does not support the instruction set.
    pub(crate) fn backend(self) -> Result<Backend> {
        Ok(backend(self.conv.unwrap_or_default(), self.simd.unwrap_or_default().available()?))
    }
}

fn conv() -> impl clap::builder::TypedValueParser<Value = Conv> {
    one_of([
        ("auto", "The fastest for each layer"),
        ("im2col", "Unfold the windows into a matrix, then one matrix product"),
        ("winograd", "Winograd wherever the layer's shape allows it"),
    ])
}

fn simd() -> impl clap::builder::TypedValueParser<Value = Simd> {
    one_of([
        ("auto", "The best that this processor supports"),
        ("avx512", "16 floats at a time"),
        ("avx2", "8 floats at a time"),
        ("portable", "Plain Rust, on every processor"),
    ])
}
