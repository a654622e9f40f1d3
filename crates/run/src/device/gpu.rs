use dcgan_gan::{Engine, State};
use dcgan_gpu::{Choice, GpuEngine, GpuError, Identity};

use super::{Adapter, GpuIdentity};

/// An opened graphics card.
pub(super) struct Gpu(dcgan_gpu::Gpu);

impl Gpu {
    /// Opens the adapter with this index, or else the best one.
    pub(super) fn open(index: Option<usize>) -> Result<Self, String> {
        let choice = index.map_or(Choice::Best, Choice::Index);
        dcgan_gpu::Gpu::open(choice).map(Self).map_err(one_line)
    }

    pub(super) fn identity(&self) -> GpuIdentity {
        let Identity { adapter, driver, shaders } = self.0.identity();
        GpuIdentity { adapter, driver, shaders }
    }

    pub(super) fn engine(self, state: State) -> Result<Box<dyn Engine>, String> {
        Ok(Box::new(GpuEngine::new(self.0, state).map_err(one_line)?))
    }
}

fn one_line(error: GpuError) -> String {
    error.to_string()
}

pub(super) fn adapters() -> Result<Vec<Adapter>, String> {
    let described = |adapter: dcgan_gpu::Adapter| Adapter {
        name: adapter.name,
        kind: adapter.kind,
        interface: adapter.interface,
        driver: adapter.driver,
        max_array_bytes: adapter.max_array,
        workgroup_memory_bytes: adapter.workgroup_memory,
        timestamps: adapter.has_timestamps,
        f16: adapter.has_f16,
    };
    Ok(dcgan_gpu::adapters().into_iter().map(described).collect())
}
