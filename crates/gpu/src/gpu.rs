use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use dcgan_gan::EngineError;

use crate::adapters::{choose, describe, max_array};
use crate::error::one_line;
use crate::{Adapter, Choice, GpuError, shader};

/// An opened device.
#[derive(Debug)]
pub struct Gpu {
    adapter: Adapter,
    device: wgpu::Device,
    queue: wgpu::Queue,
    /// What the driver reports on its own.
    faults: Receiver<String>,
}

/// What decides the bits of a result, besides the settings of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name of the adapter.
    pub adapter: String,
    /// The driver and its version.
    pub driver: String,
    /// The digest of all shaders.
    pub shaders: String,
}

impl Gpu {
    /// Opens an adapter.
    ///
    /// # Errors
    /// If there is none, or its driver refuses.
    pub fn open(choice: Choice) -> Result<Self, GpuError> {
        let found = choose(choice)?;
        let (adapter, limits) = (describe(&found), found.limits());
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("dcgan"),
            required_features: found.features() & wgpu::Features::TIMESTAMP_QUERY,
            // Those of WebGPU, which every adapter has, but for the size of an array.
            required_limits: wgpu::Limits {
                max_storage_buffer_binding_size: limits.max_storage_buffer_binding_size,
                max_buffer_size: limits.max_buffer_size,
                ..wgpu::Limits::default()
            },
            memory_hints: wgpu::MemoryHints::Performance,
            ..wgpu::DeviceDescriptor::default()
        };
        let opened = pollster::block_on(found.request_device(&descriptor));
        let (device, queue) = opened.map_err(|error| GpuError::Unusable {
            adapter: adapter.name.clone(),
            why: one_line(&error.to_string()),
        })?;
        let (report, faults) = channel();
        let lost = report.clone();
        // Nobody listens any more once the engine is gone.
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            let _ = report.send(one_line(&error.to_string()));
        }));
        device.set_device_lost_callback(move |reason, message| {
            let why = if message.is_empty() { format!("{reason:?}") } else { one_line(&message) };
            let _ = lost.send(why);
        });
        Ok(Self { adapter, device, queue, faults })
    }

    /// The adapter.
    pub fn adapter(&self) -> &Adapter {
        &self.adapter
    }

    /// What decides the bits of its results.
    pub fn identity(&self) -> Identity {
        let Adapter { name, driver, .. } = self.adapter.clone();
        Identity { adapter: name, driver, shaders: shader::digest() }
    }

    /// Makes the device useless, as a driver that crashes does. For tests.
    #[doc(hidden)]
    pub fn destroy(&self) {
        self.device.destroy();
    }

    pub(crate) fn device(&self) -> &wgpu::Device {
        &self.device
    }

    pub(crate) fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }

    /// Bytes of the largest array.
    pub(crate) fn max_array(&self) -> u64 {
        max_array(&self.device.limits())
    }

    pub(crate) fn encoder(&self) -> wgpu::CommandEncoder {
        self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default())
    }

    pub(crate) fn submit(&self, encoder: wgpu::CommandEncoder) {
        self.queue.submit([encoder.finish()]);
    }

    /// Waits until everything that was submitted is done.
    ///
    /// # Errors
    /// If the device is lost, or has reported an error.
    pub(crate) fn wait(&self) -> Result<(), EngineError> {
        // wgpu panics if the device is lost while it waits.
        let poll = || self.device.poll(wgpu::PollType::wait_indefinitely());
        let waited = catch_unwind(AssertUnwindSafe(poll));
        match (waited, self.faults.try_recv()) {
            (_, Ok(why)) => Err(self.fault(&why)),
            (Err(_), _) => Err(self.fault("it was lost")),
            (Ok(Err(error)), _) => Err(self.fault(&error.to_string())),
            (Ok(Ok(_)), Err(_)) => Ok(()),
        }
    }

    /// The error that ends a run on this device.
    pub(crate) fn fault(&self, why: &str) -> EngineError {
        EngineError::new(format!("the GPU, {}, failed: {why}", self.adapter.name))
    }

    /// Runs what allocates arrays, `bytes` in all, and builds kernels.
    ///
    /// # Errors
    /// If the device has too little memory, or the driver refuses something.
    pub(crate) fn build<T>(
        &self,
        bytes: u64,
        build: impl FnOnce() -> Result<T, GpuError>,
    ) -> Result<T, GpuError> {
        use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
        let [memory, internal, validation] =
            [OutOfMemory, Internal, Validation].map(|filter| self.device.push_error_scope(filter));
        let built = build();
        // In reverse order.
        let [refused, internal, full] =
            [validation, internal, memory].map(|scope| pollster::block_on(scope.pop()));
        let built = built?;
        let adapter = self.adapter.name.clone();
        if full.is_some() {
            return Err(GpuError::OutOfMemory { adapter, bytes });
        }
        match refused.or(internal) {
            Some(error) => Err(GpuError::Refused { adapter, why: one_line(&error.to_string()) }),
            None => Ok(built),
        }
    }
}
