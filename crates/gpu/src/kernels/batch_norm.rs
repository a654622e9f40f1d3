//! Batch normalisation over several parts of a batch, each with its own statistics. Counterparts: tensor/src/norm.rs,
//! layers/src/batch_norm2d.rs.

use dcgan_tensor::Activation;

use super::chunks::{Chunks, channel_groups};
use crate::GpuError;
use crate::floats::Floats;
use crate::recorder::Recorder;
use crate::shader;
use crate::uniform::Uniform;

/// A normalisation of `parts` times `pixels` pixels of `c` channels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchNorm {
    pub(crate) c: usize,
    pub(crate) eps: f32,
    pub(crate) momentum: f32,
    pub(crate) activation: Activation,
    pub(crate) parts: usize,
    /// Of a part.
    pub(crate) pixels: usize,
    /// Where γ starts in θ, with β after it.
    pub(crate) gamma: usize,
    /// Where the running means start among the buffers, with the running variances after them.
    pub(crate) running: usize,
}

/// The values of a forward pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saved<'a> {
    pub(crate) x: &'a Floats,
    pub(crate) y: &'a Floats,
    /// Means and variances: 2·c floats for each part.
    pub(crate) mean_var: &'a Floats,
}

impl BatchNorm {
    /// Workgroups that merge what there is of each chunk for their channels, and go on to their block of pixels.
    fn blocks(&self, chunks: Chunks) -> [usize; 3] {
        [channel_groups(self.c), self.pixels.div_ceil(chunks.block()), self.parts]
    }

    /// Computes the statistics of x and y, and moves the running statistics.
    pub(crate) fn forward(
        self,
        to: &mut Recorder,
        Saved { x, y, mean_var }: Saved,
        theta: &Floats,
        buffers: &Floats,
    ) -> Result<(), GpuError> {
        let Self { c, eps, momentum, activation, parts, pixels, gamma, running } = self;
        let chunks = Chunks::of(pixels);
        let partials = to.partials(2 * parts * chunks.count * c)?;
        let sizes = Uniform::new().ints([c, pixels, chunks.len, chunks.count]);
        let groups = [channel_groups(c), chunks.count, parts];
        to.push(&shader::BATCH_STATS, &sizes, &[x, &partials], groups);
        let uniform = sizes
            .ints([chunks.block(), parts, gamma, running])
            .float(momentum)
            .float(eps)
            .activation(activation);
        let arrays = [x, &partials, theta, y, mean_var, buffers];
        to.push(&shader::BATCH_NORM, &uniform, &arrays, self.blocks(chunks));
        Ok(())
    }

    /// From dL/dy to dL/dx in its place, and to the gradients in γ and β if they are wanted. `unused` is an array that
    /// takes the place of theirs if not.
    pub(crate) fn backward(
        self,
        to: &mut Recorder,
        Saved { x, y, mean_var }: Saved,
        theta: &Floats,
        dtheta: Option<&Floats>,
        (dy, unused): (&Floats, &Floats),
    ) -> Result<(), GpuError> {
        let Self { c, eps, activation, parts, pixels, gamma, .. } = self;
        let chunks = Chunks::of(pixels);
        let partials = to.partials(2 * parts * chunks.count * c)?;
        let uniform = Uniform::new()
            .ints([c, pixels, chunks.len, chunks.count])
            .float(eps)
            .activation(activation);
        let groups = [channel_groups(c), chunks.count, parts];
        to.push(&shader::BATCH_NORM_SUMS, &uniform, &[x, y, dy, mean_var, &partials], groups);
        let uniform = Uniform::new()
            .ints([c, pixels, chunks.count, chunks.block(), parts, gamma, dtheta.is_some().into()])
            .float(eps)
            .activation(activation);
        let arrays = [x, y, mean_var, &partials, theta, dy, dtheta.unwrap_or(unused)];
        to.push(&shader::BATCH_NORM_BACKWARD, &uniform, &arrays, self.blocks(chunks));
        Ok(())
    }
}
