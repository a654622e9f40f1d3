//! Where a run is computed: on the processor, or on a graphics card if the program is built for that.

use std::fmt;
use std::str::FromStr;

use dcgan_gan::{Backend, Engine, State, Trainer};
use serde::{Deserialize, Serialize};

use crate::run_error::{Result, RunError};

#[cfg(feature = "gpu")]
mod gpu;
#[cfg(not(feature = "gpu"))]
mod no_gpu;

#[cfg(feature = "gpu")]
use gpu as backend;
#[cfg(not(feature = "gpu"))]
use no_gpu as backend;

/// The device that computes the steps of a run. Results differ by rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Device {
    /// The processor.
    #[default]
    Cpu,
    /// The best graphics card.
    Gpu,
    /// The adapter with this index in [`adapters`], which may be software.
    Adapter(usize),
}

/// What decides the bits of a run on a graphics card, besides its other settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpuIdentity {
    /// The name of the adapter.
    pub adapter: String,
    /// The driver and its version.
    pub driver: String,
    /// The digest of the shaders.
    pub shaders: String,
}

/// A graphics card, or software that behaves like one.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    pub max_array_bytes: u64,
    /// Bytes of memory that a workgroup shares.
    pub workgroup_memory_bytes: u64,
    /// Whether single kernels can be timed.
    pub timestamps: bool,
    /// Whether shaders could compute in half precision.
    pub f16: bool,
}

/// All adapters; the one with index N is `gpu:N`.
///
/// # Errors
/// If the program is built without GPU support.
pub fn adapters() -> Result<Vec<Adapter>> {
    backend::adapters().map_err(RunError::failed)
}

/// An engine on a device.
///
/// # Errors
/// If the device cannot be used.
pub fn engine(device: Device, state: State, cpu: Backend) -> Result<Box<dyn Engine>> {
    device.open()?.engine(state, cpu)
}

/// A device that can be used.
pub(crate) struct Opened {
    device: Device,
    /// `None` for the processor.
    gpu: Option<backend::Gpu>,
}

impl Device {
    /// Whether it is the processor.
    pub fn is_cpu(&self) -> bool {
        *self == Self::Cpu
    }

    /// Opens it.
    ///
    /// # Errors
    /// If that is not possible.
    pub(crate) fn open(self) -> Result<Opened> {
        let open = |index| backend::Gpu::open(index).map(Some);
        let gpu = match self {
            Self::Cpu => Ok(None),
            Self::Gpu => open(None),
            Self::Adapter(index) => open(Some(index)),
        };
        let gpu = gpu.map_err(|why| self.refused(why))?;
        Ok(Opened { device: self, gpu })
    }

    fn refused(self, why: String) -> RunError {
        RunError::Setting { name: "device".to_owned(), value: self.to_string(), why }
    }
}

impl Opened {
    /// What decides the bits of its results; `None` for the processor.
    pub(crate) fn identity(&self) -> Option<GpuIdentity> {
        self.gpu.as_ref().map(backend::Gpu::identity)
    }

    /// An engine that continues from `state`, on the processor with these kernels.
    ///
    /// # Errors
    /// If the device has too little memory, or its driver refuses something.
    pub(crate) fn engine(self, state: State, cpu: Backend) -> Result<Box<dyn Engine>> {
        match self.gpu {
            Some(gpu) => gpu.engine(state).map_err(|why| self.device.refused(why)),
            None => Ok(Box::new(Trainer::resume(state).with_backend(cpu))),
        }
    }
}

impl GpuIdentity {
    /// Its lines in the fingerprint of the settings.
    pub(crate) fn identity(&self) -> String {
        let Self { adapter, driver, shaders } = self;
        format!("adapter {adapter}\ndriver {driver}\nshaders {shaders}\n")
    }
}

impl fmt::Display for GpuIdentity {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { adapter, driver, shaders } = self;
        write!(f, "{adapter} (driver {driver}, shaders {shaders})")
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Gpu => f.write_str("gpu"),
            Self::Adapter(index) => write!(f, "gpu:{index}"),
        }
    }
}

impl FromStr for Device {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let index = text.strip_prefix("gpu:").map(str::parse);
        match (text, index) {
            ("cpu", _) => Ok(Self::Cpu),
            ("gpu", _) => Ok(Self::Gpu),
            (_, Some(Ok(index))) => Ok(Self::Adapter(index)),
            _ => Err("it must be cpu, gpu, or gpu:N with the number of an adapter".to_owned()),
        }
    }
}

impl TryFrom<String> for Device {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        device.to_string()
    }
}

dcgan_gan::word_settings!(Device);
