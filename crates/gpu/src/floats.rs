use dcgan_gan::EngineError;

use crate::{Gpu, GpuError};

/// An array of floats on a device. A clone is the same array.
#[derive(Clone, Debug)]
pub(crate) struct Floats {
    pub(crate) buffer: wgpu::Buffer,
    pub(crate) len: usize,
}

/// Bytes of that many floats.
pub(crate) fn bytes(len: usize) -> u64 {
    len as u64 * size_of::<f32>() as u64
}

impl Floats {
    /// The first `len` of them.
    pub(crate) fn first(&self, len: usize) -> Self {
        assert!(len <= self.len, "{len} of {} floats", self.len);
        Self { buffer: self.buffer.clone(), len }
    }
}

impl Gpu {
    /// Whether an array may have that many floats; `what` says in errors what they are.
    ///
    /// # Errors
    /// If they are more than the adapter allows.
    pub(crate) fn check_len(&self, what: &str, len: usize) -> Result<(), GpuError> {
        let (bytes, limit) = (bytes(len), self.max_array());
        if bytes > limit {
            let (adapter, what) = (self.adapter().name.clone(), what.to_owned());
            return Err(GpuError::TooLarge { adapter, what, bytes, limit });
        }
        Ok(())
    }

    /// An array of `len` zeros; `what` says in errors what it is.
    ///
    /// # Errors
    /// If it is larger than the adapter allows.
    pub(crate) fn zeros(&self, what: &str, len: usize) -> Result<Floats, GpuError> {
        self.check_len(what, len)?;
        let buffer = self.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some(what),
            // A buffer cannot be empty.
            size: bytes(len.max(1)),
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_DST
                | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        });
        Ok(Floats { buffer, len })
    }

    /// Overwrites an array from `start` on, before the next submission.
    pub(crate) fn write(&self, to: &Floats, start: usize, values: &[f32]) {
        assert!(start + values.len() <= to.len, "{} floats do not fit", values.len());
        self.queue().write_buffer(&to.buffer, bytes(start), bytemuck::cast_slice(values));
    }

    /// Waits for the device, and reads whole arrays.
    ///
    /// # Errors
    /// If the device is lost.
    pub(crate) fn read(&self, arrays: &[&Floats]) -> Result<Vec<Vec<f32>>, EngineError> {
        let mut encoder = self.encoder();
        let staged: Vec<wgpu::Buffer> = arrays
            .iter()
            .map(|array| {
                let staging = self.staging(array.len);
                let size = bytes(array.len);
                encoder.copy_buffer_to_buffer(&array.buffer, 0, &staging, 0, size);
                staging
            })
            .collect();
        self.submit(encoder);
        let mut read = self.mapped(&staged)?;
        // Of an empty array, a float.
        read.iter_mut().zip(arrays).for_each(|(floats, array)| floats.truncate(array.len));
        Ok(read)
    }

    /// A buffer that the host can read.
    pub(crate) fn staging(&self, len: usize) -> wgpu::Buffer {
        self.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("what comes down"),
            size: bytes(len.max(1)),
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }

    /// Waits for the device, and reads buffers of [`Gpu::staging`].
    ///
    /// # Errors
    /// If the device is lost.
    pub(crate) fn mapped(&self, staged: &[wgpu::Buffer]) -> Result<Vec<Vec<f32>>, EngineError> {
        for buffer in staged {
            // A failure shows when the range is asked for.
            buffer.slice(..).map_async(wgpu::MapMode::Read, |_| ());
        }
        self.wait()?;
        let contents = |buffer: &wgpu::Buffer| {
            let range = buffer.slice(..).get_mapped_range();
            let range = range.map_err(|error| self.fault(&error.to_string()))?;
            let floats = bytemuck::pod_collect_to_vec(&range[..]);
            drop(range);
            buffer.unmap();
            Ok(floats)
        };
        staged.iter().map(contents).collect()
    }
}
