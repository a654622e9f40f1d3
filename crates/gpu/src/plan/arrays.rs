use dcgan_gan::NetworkState;

use crate::GpuError;
use crate::floats::Floats;
use crate::kernels::update;
use crate::recorder::Recorder;
use crate::uniform::Uniform;

/// What a network is trained with.
#[derive(Debug)]
pub(crate) struct Arrays {
    pub(crate) theta: Floats,
    pub(crate) buffers: Floats,
    pub(crate) m: Floats,
    pub(crate) v: Floats,
    pub(crate) gradient: Floats,
    /// What the norm of the gradient is summed from.
    pub(crate) squares: Floats,
}

impl Arrays {
    /// Allocated, with the values of a state.
    ///
    /// # Errors
    /// If one of them is too large.
    pub(crate) fn new(to: &mut Recorder, state: &NetworkState) -> Result<Self, GpuError> {
        let (m, v) = state.adam.moments();
        Ok(Self {
            theta: to.floats("the parameters of a network", state.theta.as_slice())?,
            buffers: to.floats("running statistics", state.buffers.as_slice())?,
            m: to.floats("moments", m)?,
            v: to.floats("moments", v)?,
            gradient: to.zeros("gradients", state.theta.len())?,
            squares: to.zeros("squares", update::squares_len(state.theta.len()))?,
        })
    }
}

/// Constants that change from step to step.
#[derive(Debug)]
pub(crate) struct Constants {
    pub(crate) adam: [wgpu::Buffer; 2],
    pub(crate) objective: wgpu::Buffer,
    pub(crate) ema: wgpu::Buffer,
}

impl Constants {
    /// Room for them.
    pub(crate) fn new(to: &mut Recorder) -> Self {
        let mut room = || to.uniform(&Uniform::new().ints([0; 8]));
        Self { adam: [room(), room()], objective: room(), ema: room() }
    }
}
