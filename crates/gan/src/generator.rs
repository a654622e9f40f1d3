use dcgan_layers::{Network, Params, Pass};
use dcgan_tensor::{Backend, Context};
use ndarray::{Array4, Axis, Slice};

use crate::folded::fold;
use crate::{Config, State};

/// Pictures made at a time.
const BATCH: usize = 64;

/// A trained generator at work: latents in, pictures out, each picture on its own, whatever else
/// is asked for with it.
pub struct Generator {
    config: Config,
    batch: usize,
    network: Network,
    theta: Params,
    pass: Pass,
    scratch: Context,
}

impl Generator {
    /// The generator of a run as it stands.
    pub fn new(state: &State) -> Self {
        Self::by(BATCH, state)
    }

    /// The same, making so many pictures at a time.
    pub(crate) fn by(batch: usize, state: &State) -> Self {
        let (network, theta) = fold(&state.config, &state.generator);
        Self {
            config: state.config,
            theta,
            batch,
            pass: network.pass(batch),
            scratch: Context::default(),
            network,
        }
    }

    /// Computing in this way, for comparing; see [`crate::Trainer::computing`].
    pub fn computing(self, method: Backend) -> Self {
        Self { scratch: Context::new(method), ..self }
    }

    /// What it was trained as.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Pictures (n, side, side, channels) in (−1, 1) from n latents, one behind the other.
    ///
    /// # Panics
    /// If the length of `z` is no multiple of the latent's.
    pub fn generate(&mut self, z: &[f32]) -> Array4<f32> {
        let Config { nz, image_size, channels, .. } = self.config;
        assert_eq!(z.len() % nz, 0, "{} floats are no latents of {nz}", z.len());
        let mut pictures = Array4::zeros((z.len() / nz, image_size, image_size, channels));
        for (z, mut out) in
            z.chunks(self.batch * nz).zip(pictures.axis_chunks_iter_mut(Axis(0), self.batch))
        {
            let mut input = self.pass.input();
            let input = input.as_slice_mut().expect("a pass is contiguous");
            input[..z.len()].copy_from_slice(z);
            // What an earlier call left behind the last latent is made into pictures too, unseen.
            self.network.forward(&self.theta, &mut self.pass, &mut self.scratch);
            let whole = self.pass.output();
            let asked = out.dim().0;
            out.assign(&whole.slice_axis(Axis(0), Slice::from(..asked)));
        }
        pictures
    }
}
