use std::collections::HashMap;

use crate::floats::{Floats, bytes};
use crate::shader::Kernel;
use crate::uniform::Uniform;
use crate::{Gpu, GpuError};

/// Invocations in a workgroup of an elementwise kernel.
const ELEMENTS: usize = 256;

/// Workgroups in each direction, at most: WebGPU's limit.
const MAX_GROUPS: usize = 65_535;

/// A kernel with its arrays, ready to run.
#[derive(Clone, Debug)]
pub(crate) struct Dispatch {
    pub(crate) name: &'static str,
    pub(crate) pipeline: wgpu::ComputePipeline,
    pub(crate) bindings: wgpu::BindGroup,
    pub(crate) groups: [u32; 3],
    /// Of a convolution: its sizes, and its floating-point operations.
    pub(crate) sizes: String,
    pub(crate) flops: u64,
}

/// Builds the kernels and arrays of a step, and collects its dispatches. Or only adds up the sizes of the arrays.
pub(crate) struct Recorder<'a> {
    gpu: &'a Gpu,
    /// Takes the place of every array if they are only counted.
    stand_in: Option<wgpu::Buffer>,
    pipelines: HashMap<(&'static str, String), wgpu::ComputePipeline>,
    dispatches: Vec<Dispatch>,
    /// For partial sums, which are read by the next dispatch.
    partials: Option<Floats>,
    bytes: u64,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(gpu: &'a Gpu) -> Self {
        let (pipelines, dispatches) = (HashMap::new(), Vec::new());
        Self { gpu, stand_in: None, pipelines, dispatches, partials: None, bytes: 0 }
    }

    /// One that allocates and builds nothing: what is recorded with it shows what memory it takes.
    pub(crate) fn counting(gpu: &'a Gpu) -> Self {
        let stand_in = gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("stand-in"),
            size: bytes(1),
            usage: wgpu::BufferUsages::STORAGE,
            mapped_at_creation: false,
        });
        Self { stand_in: Some(stand_in), ..Self::new(gpu) }
    }

    /// Bytes of all arrays so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The dispatches since the last call.
    pub(crate) fn take(&mut self) -> Vec<Dispatch> {
        std::mem::take(&mut self.dispatches)
    }

    /// An array of zeros.
    pub(crate) fn zeros(&mut self, what: &str, len: usize) -> Result<Floats, GpuError> {
        self.bytes += bytes(len);
        if let Some(buffer) = self.stand_in.clone() {
            self.gpu.check_len(what, len)?;
            return Ok(Floats { buffer, len });
        }
        self.gpu.zeros(what, len)
    }

    /// An array of these values.
    pub(crate) fn floats(&mut self, what: &str, values: &[f32]) -> Result<Floats, GpuError> {
        let floats = self.zeros(what, values.len())?;
        if self.stand_in.is_none() {
            self.gpu.write(&floats, 0, values);
        }
        Ok(floats)
    }

    /// Room for `len` partial sums. Each use overwrites the one before.
    pub(crate) fn partials(&mut self, len: usize) -> Result<Floats, GpuError> {
        let known = self.partials.as_ref().filter(|partials| partials.len >= len).cloned();
        let partials = match known {
            Some(partials) => partials,
            None => self.zeros("partial sums", len)?,
        };
        self.partials = Some(partials.clone());
        Ok(partials)
    }

    /// A buffer for constants that change from step to step.
    pub(crate) fn uniform(&mut self, uniform: &Uniform) -> wgpu::Buffer {
        if let Some(buffer) = self.stand_in.clone() {
            return buffer;
        }
        let contents = uniform.bytes();
        let buffer = self.gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("constants"),
            size: contents.len() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        self.gpu.queue().write_buffer(&buffer, 0, &contents);
        buffer
    }

    /// Appends a dispatch of this many workgroups, with constants that never change.
    pub(crate) fn push(
        &mut self,
        kernel: &Kernel,
        uniform: &Uniform,
        arrays: &[&Floats],
        groups: [usize; 3],
    ) {
        let uniform = self.uniform(uniform);
        self.push_with(kernel, &uniform, arrays, groups);
    }

    /// The same for a kernel with an invocation for each of `len` elements.
    pub(crate) fn push_elements(
        &mut self,
        kernel: &Kernel,
        uniform: &Uniform,
        arrays: &[&Floats],
        len: usize,
    ) {
        self.push(kernel, uniform, arrays, grid(len.div_ceil(ELEMENTS), 1));
    }

    /// The same with constants in a buffer of [`Recorder::uniform`].
    pub(crate) fn push_with(
        &mut self,
        kernel: &Kernel,
        uniform: &wgpu::Buffer,
        arrays: &[&Floats],
        groups: [usize; 3],
    ) {
        if self.stand_in.is_some() {
            return;
        }
        let pipeline = self.pipeline(kernel);
        let buffers = std::iter::once(uniform).chain(arrays.iter().map(|array| &array.buffer));
        let entries: Vec<wgpu::BindGroupEntry> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry {
                binding,
                resource: buffer.as_entire_binding(),
            })
            .collect();
        let bindings = self.gpu.device().create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(kernel.name),
            layout: &pipeline.get_bind_group_layout(0),
            entries: &entries,
        });
        let groups = groups.map(|n| n as u32);
        let (name, sizes) = (kernel.name, String::new());
        self.dispatches.push(Dispatch { name, pipeline, bindings, groups, sizes, flops: 0 });
    }

    /// Says what the last dispatch computes.
    pub(crate) fn describe(&mut self, sizes: String, flops: u64) {
        if let Some(last) = self.dispatches.last_mut() {
            (last.sizes, last.flops) = (sizes, flops);
        }
    }

    fn pipeline(&mut self, kernel: &Kernel) -> wgpu::ComputePipeline {
        let (name, constants) = kernel.key();
        let build = || {
            let device = self.gpu.device();
            let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(name),
                source: wgpu::ShaderSource::Wgsl(kernel.source().into()),
            });
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(name),
                layout: None,
                module: &module,
                entry_point: Some("main"),
                compilation_options: wgpu::PipelineCompilationOptions {
                    // Every kernel writes what it reads there.
                    zero_initialize_workgroup_memory: false,
                    ..wgpu::PipelineCompilationOptions::default()
                },
                cache: None,
            })
        };
        self.pipelines.entry((name, constants.to_owned())).or_insert_with(build).clone()
    }
}

/// This many workgroups in rows of at most [`MAX_GROUPS`], `layers` times.
pub(crate) fn grid(groups: usize, layers: usize) -> [usize; 3] {
    let rows = groups.div_ceil(MAX_GROUPS).max(1);
    [groups.div_ceil(rows), rows, layers]
}

/// Appends dispatches to a command buffer, in one pass: each sees what those before it wrote.
pub(crate) fn encode<'a>(
    encoder: &mut wgpu::CommandEncoder,
    dispatches: impl IntoIterator<Item = &'a Dispatch>,
) {
    let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
    for Dispatch { pipeline, bindings, groups: [x, y, z], .. } in dispatches {
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, bindings, &[]);
        pass.dispatch_workgroups(*x, *y, *z);
    }
}
