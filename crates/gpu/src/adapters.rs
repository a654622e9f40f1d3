use std::fmt;

use crate::GpuError;

/// Which adapter is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The first that is hardware.
    Best,
    /// One of [`adapters`], which may be software.
    Index(usize),
}

/// A graphics card, or software that behaves like one.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    /// Its name.
    pub name: String,
    /// `discrete`, `integrated`, `virtual`, `software` or `other`.
    pub kind: &'static str,
    /// The interface through which it is used, such as `Vulkan`.
    pub interface: String,
    /// The driver and its version.
    pub driver: String,
    /// Bytes of the largest array.
    pub max_array: u64,
    /// Bytes of workgroup memory.
    pub workgroup_memory: u64,
    /// Whether single kernels can be timed.
    pub has_timestamps: bool,
    /// Whether shaders can compute in half precision, which this engine does not do.
    pub has_f16: bool,
}

impl Adapter {
    /// Whether it runs on the CPU.
    pub fn is_software(&self) -> bool {
        self.kind == SOFTWARE
    }
}

impl fmt::Display for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.name)
    }
}

const SOFTWARE: &str = "software";

/// All adapters, hardware first: the one with index N is `gpu:N`.
pub fn adapters() -> Vec<Adapter> {
    enumerate().iter().map(describe).collect()
}

/// The adapter that is chosen.
pub(crate) fn choose(choice: Choice) -> Result<wgpu::Adapter, GpuError> {
    let mut found = enumerate();
    let index = match choice {
        Choice::Index(index) => index,
        Choice::Best => {
            let is_software = found.first().is_none_or(|best| describe(best).is_software());
            if is_software {
                return Err(GpuError::NoAdapter { software: found.first().map(|_| 0) });
            }
            0
        }
    };
    if index >= found.len() {
        return Err(match found.is_empty() {
            true => GpuError::NoAdapter { software: None },
            false => GpuError::NoSuchAdapter { index, count: found.len() },
        });
    }
    Ok(found.swap_remove(index))
}

fn enumerate() -> Vec<wgpu::Adapter> {
    let descriptor = wgpu::InstanceDescriptor {
        backends: wgpu::Backends::PRIMARY,
        // No validation layers: they are a developer's, and print to the console.
        flags: wgpu::InstanceFlags::empty(),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    };
    let instance = wgpu::Instance::new(descriptor);
    let mut found = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    // Stable: adapters of a kind stay in the order of their drivers.
    found.sort_by_key(|adapter| rank(adapter.get_info().device_type));
    found
}

fn rank(kind: wgpu::DeviceType) -> usize {
    use wgpu::DeviceType::{Cpu, DiscreteGpu, IntegratedGpu, Other, VirtualGpu};
    let order = [DiscreteGpu, IntegratedGpu, VirtualGpu, Other, Cpu];
    order.iter().position(|&own| own == kind).unwrap_or(order.len())
}

pub(crate) fn describe(adapter: &wgpu::Adapter) -> Adapter {
    let (info, limits, features) = (adapter.get_info(), adapter.limits(), adapter.features());
    let kind = match info.device_type {
        wgpu::DeviceType::DiscreteGpu => "discrete",
        wgpu::DeviceType::IntegratedGpu => "integrated",
        wgpu::DeviceType::VirtualGpu => "virtual",
        wgpu::DeviceType::Cpu => SOFTWARE,
        wgpu::DeviceType::Other => "other",
    };
    let driver = [info.driver.trim(), info.driver_info.trim()];
    Adapter {
        name: info.name.trim().to_owned(),
        kind,
        interface: format!("{:?}", info.backend),
        driver: driver.join(" ").trim().to_owned(),
        max_array: max_array(&limits),
        workgroup_memory: limits.max_compute_workgroup_storage_size.into(),
        has_timestamps: features.contains(wgpu::Features::TIMESTAMP_QUERY),
        has_f16: features.contains(wgpu::Features::SHADER_F16),
    }
}

/// Bytes of the largest array that a kernel can be given. Shaders compute sizes in 32 bits, also in bytes.
pub(crate) fn max_array(limits: &wgpu::Limits) -> u64 {
    let binding = limits.max_storage_buffer_binding_size;
    binding.min(limits.max_buffer_size).min(u32::MAX.into())
}
