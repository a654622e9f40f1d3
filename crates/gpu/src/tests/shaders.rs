//! What holds of the shaders without an adapter.

use std::collections::BTreeSet;

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module};

use crate::kernels::chunks::Chunks;
use crate::shader::{Kernel, all};

fn parsed(kernel: &Kernel) -> Module {
    let source = kernel.source();
    naga::front::wgsl::parse_str(&source)
        .unwrap_or_else(|error| panic!("{:?}: {}", kernel.key(), error.emit_to_string(&source)))
}

#[test]
fn every_shader_is_valid() {
    for kernel in all() {
        // With the capabilities of WebGPU alone.
        let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
        let valid = validator.validate(&parsed(&kernel));
        valid.unwrap_or_else(|error| panic!("{:?}: {error:?}", kernel.key()));
    }
}

/// What every adapter of WebGPU offers: 8 storage buffers, 16 KiB of workgroup memory, 256 invocations.
#[test]
fn every_shader_keeps_within_the_limits_of_webgpu() {
    for kernel in all() {
        let (module, key) = (parsed(&kernel), kernel.key());
        let storage = |space: AddressSpace| matches!(space, AddressSpace::Storage { .. });
        let buffers = module.global_variables.iter().filter(|(_, v)| storage(v.space)).count();
        assert!(buffers <= 8, "{key:?} has {buffers} storage buffers");
        let mut layouter = naga::proc::Layouter::default();
        layouter.update(module.to_ctx()).unwrap();
        let shared: u32 = module
            .global_variables
            .iter()
            .filter(|(_, variable)| variable.space == AddressSpace::WorkGroup)
            .map(|(_, variable)| layouter[variable.ty].size)
            .sum();
        assert!(shared <= 16_384, "{key:?} has {shared} bytes of workgroup memory");
        let [x, y, z] = module.entry_points[0].workgroup_size;
        assert!(x * y * z <= 256, "{key:?}");
    }
}

#[test]
fn every_kernel_has_a_key_of_its_own() {
    let kernels = all();
    let keys: BTreeSet<_> = kernels.iter().map(Kernel::key).collect();
    assert_eq!(keys.len(), kernels.len());
}

/// WebGPU's limit is 65,535 in each direction.
#[test]
fn no_number_of_pixels_takes_too_many_workgroups() {
    for bits in 0..=30 {
        for pixels in [(1 << bits) - 1, 1 << bits, (1 << bits) + 1] {
            let chunks = Chunks::of(pixels.max(1));
            assert!(pixels.div_ceil(chunks.block()) <= 65_535, "{pixels}: {chunks:?}");
            assert!(pixels <= chunks.len * chunks.count, "{pixels}: {chunks:?}");
        }
    }
}

/// A float that is added atomically has no fixed order.
#[test]
fn no_shader_uses_atomics_or_subgroups() {
    for kernel in all() {
        let source = kernel.source();
        assert!(!source.contains("atomic") && !source.contains("subgroup"), "{:?}", kernel.key());
    }
}
