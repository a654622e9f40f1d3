use dcgan_layers::{Activations, Network, Params};
use dcgan_tensor::{Backend, Context, pixel};
use ndarray::{Array4, Axis, Slice};

use crate::checkpoint::CheckpointError;
use crate::fold::fold;
use crate::interop::{self, InteropError};
use crate::{Config, GeneratorWeights, checkpoint};

/// Images per forward pass.
const BATCH: usize = 64;

/// A trained generator: latents in, images out. An image depends on its own latent only, whatever
/// else is in the same call.
///
/// It owns its working memory, so `generate` takes `&mut self`: use one generator per thread, or let
/// one use all threads of the rayon pool that it is called in.
pub struct Generator {
    config: Config,
    batch: usize,
    network: Network,
    theta: Params,
    /// Empty: the folded network has no batch norm.
    buffers: Params,
    activations: Activations,
    ctx: Context,
}

impl Generator {
    /// The generator of a checkpoint, from the bytes of the file, with batch-norm statistics of its
    /// parameters.
    ///
    /// # Errors
    /// If they are not a whole checkpoint.
    pub fn from_checkpoint(bytes: &[u8]) -> Result<Self, CheckpointError> {
        Ok(Self::from_weights(&checkpoint::decode_generator(bytes)?))
    }

    /// The generator of a safetensors file, or of a file of PyTorch's `torch.save`, from the bytes of the file.
    ///
    /// # Errors
    /// If they are not the generator of a DCGAN.
    pub fn from_torch(bytes: &[u8]) -> Result<Self, InteropError> {
        Ok(Self::from_weights(&interop::import_generator(bytes)?))
    }

    /// A generator with these weights.
    pub fn from_weights(weights: &GeneratorWeights) -> Self {
        Self::with_batch_size(BATCH, &weights.config, &weights.theta, &weights.buffers)
    }

    /// The generator of a run in its present state, as [`State::shown`](crate::State::shown) has it.
    #[cfg(feature = "train")]
    pub fn new(state: &crate::State) -> Self {
        Self::from_weights(&state.shown())
    }

    pub(crate) fn with_batch_size(
        batch: usize,
        config: &Config,
        theta: &Params,
        buffers: &Params,
    ) -> Self {
        let (network, theta) = fold(config, theta, buffers);
        let (buffers, activations) = (network.init_buffers(), network.activations(batch));
        let ctx = Context::default();
        Self { config: *config, batch, network, theta, buffers, activations, ctx }
    }

    /// Computes with this backend instead of the fastest one.
    pub fn with_backend(self, backend: Backend) -> Self {
        Self { ctx: Context::new(backend), ..self }
    }

    /// Its sizes.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Images (n, side, side, channels) in (−1, 1) from n latents, concatenated.
    ///
    /// # Panics
    /// If the length of `z` is not a multiple of `nz`.
    pub fn generate(&mut self, z: &[f32]) -> Array4<f32> {
        let Config { nz, image_size, channels, .. } = self.config;
        assert_eq!(z.len() % nz, 0, "{} floats are not a whole number of latents of {nz}", z.len());
        let mut images = Array4::zeros((z.len() / nz, image_size, image_size, channels));
        for (z, mut out) in
            z.chunks(self.batch * nz).zip(images.axis_chunks_iter_mut(Axis(0), self.batch))
        {
            let mut input = self.activations.input_mut();
            let input = input.as_slice_mut().expect("activations are contiguous");
            input[..z.len()].copy_from_slice(z);
            // The rest of a batch that is not full holds latents of an earlier call; their images are
            // computed and dropped.
            self.network.forward(
                &self.theta,
                &mut self.buffers,
                &mut self.activations,
                &mut self.ctx,
            );
            let whole = self.activations.output();
            let wanted = out.dim().0;
            out.assign(&whole.slice_axis(Axis(0), Slice::from(..wanted)));
        }
        images
    }

    /// The same images as bytes: (x + 1)·127.5, rounded.
    ///
    /// # Panics
    /// If the length of `z` is not a multiple of `nz`.
    pub fn generate_bytes(&mut self, z: &[f32]) -> Array4<u8> {
        self.generate(z).mapv(pixel::to_byte)
    }
}
