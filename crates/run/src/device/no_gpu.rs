use dcgan_gan::{Engine, State};

use super::{Adapter, GpuIdentity};

const NO_SUPPORT: &str =
    "this build has no GPU support; build with: cargo build --release --features gpu";

/// There is none in a build without GPU support: this type has no values.
pub(super) enum Gpu {}

impl Gpu {
    pub(super) fn open(_: Option<usize>) -> Result<Self, String> {
        Err(NO_SUPPORT.to_owned())
    }

    pub(super) fn identity(&self) -> GpuIdentity {
        match *self {}
    }

    pub(super) fn engine(self, _: State) -> Result<Box<dyn Engine>, String> {
        match self {}
    }
}

pub(super) fn adapters() -> Result<Vec<Adapter>, String> {
    Err(NO_SUPPORT.to_owned())
}
