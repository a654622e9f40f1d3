use dcgan_gan::EngineError;

use crate::kernels::update;
use crate::recorder::{Dispatch, Recorder, encode};
use crate::{Gpu, GpuEngine, GpuError};

/// How long a kernel took in a step.
#[derive(Clone, Debug, PartialEq)]
pub struct DispatchTime {
    /// The kernel.
    pub name: &'static str,
    /// The sizes of a convolution; empty for others.
    pub sizes: String,
    /// Floating-point operations, if it is a convolution.
    pub flops: u64,
    /// Nanoseconds.
    pub nanoseconds: f64,
}

/// Timestamps of one query set, at most: WebGPU's limit.
const MAX_QUERIES: usize = 4096;

impl GpuEngine {
    /// Runs the kernels of the next step once more, each in a pass of its own, and times them; `None` if the device
    /// cannot. The parameters on the device move without being counted, so the engine is of no further use but for this.
    ///
    /// # Errors
    /// If the device is lost.
    pub fn profile(&mut self) -> Result<Option<Vec<DispatchTime>>, EngineError> {
        if !self.gpu().device().features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return Ok(None);
        }
        let gpu = self.gpu();
        let dispatches: Vec<_> =
            self.due().into_iter().flatten().take(MAX_QUERIES / 2).cloned().collect();
        let count = 2 * dispatches.len() as u32;
        let set = gpu.device().create_query_set(&wgpu::QuerySetDescriptor {
            label: None,
            ty: wgpu::QueryType::Timestamp,
            count,
        });
        let size = u64::from(count) * size_of::<u64>() as u64;
        let resolved = gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("timestamps"),
            size,
            usage: wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        });
        let mut encoder = gpu.encoder();
        for (i, dispatch) in (0..).step_by(2).zip(&dispatches) {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
                label: Some(dispatch.name),
                timestamp_writes: Some(wgpu::ComputePassTimestampWrites {
                    query_set: &set,
                    beginning_of_pass_write_index: Some(i),
                    end_of_pass_write_index: Some(i + 1),
                }),
            });
            pass.set_pipeline(&dispatch.pipeline);
            pass.set_bind_group(0, &dispatch.bindings, &[]);
            let [x, y, z] = dispatch.groups;
            pass.dispatch_workgroups(x, y, z);
        }
        encoder.resolve_query_set(&set, 0..count, &resolved, 0);
        let staging = gpu.staging(2 * count as usize);
        encoder.copy_buffer_to_buffer(&resolved, 0, &staging, 0, size);
        gpu.submit(encoder);
        let words = gpu.mapped(&[staging])?.swap_remove(0);
        let ticks: Vec<u64> = bytemuck::pod_collect_to_vec(&words);
        let period = f64::from(gpu.queue().get_timestamp_period());
        let times = dispatches.iter().zip(ticks.chunks(2)).map(|(dispatch, ticks)| DispatchTime {
            name: dispatch.name,
            sizes: dispatch.sizes.clone(),
            flops: dispatch.flops,
            nanoseconds: ticks[1].wrapping_sub(ticks[0]) as f64 * period,
        });
        Ok(Some(times.collect()))
    }
}

/// A row of small dispatches, each of which needs the result of the one before.
#[derive(Debug)]
pub struct SmallDispatches<'a> {
    gpu: &'a Gpu,
    dispatches: Vec<Dispatch>,
}

impl Gpu {
    /// Prepares a row of `count` of them, to time what a dispatch costs.
    ///
    /// # Errors
    /// If the driver refuses them.
    pub fn small_dispatches(&self, count: usize) -> Result<SmallDispatches<'_>, GpuError> {
        self.build(0, || {
            let mut to = Recorder::new(self);
            let (theta, average) = (to.zeros("a test", 256)?, to.zeros("a test", 256)?);
            let uniform = to.uniform(&update::ema_uniform(256, 0.5));
            update::ema(&mut to, &uniform, &theta, &average);
            let one = to.take();
            let dispatches = one.iter().cycle().take(count).cloned().collect();
            Ok(SmallDispatches { gpu: self, dispatches })
        })
    }
}

impl SmallDispatches<'_> {
    /// Runs them, and waits.
    ///
    /// # Errors
    /// If the device is lost.
    pub fn run(&self) -> Result<(), EngineError> {
        let mut encoder = self.gpu.encoder();
        encode(&mut encoder, &self.dispatches);
        self.gpu.submit(encoder);
        self.gpu.wait()
    }
}
