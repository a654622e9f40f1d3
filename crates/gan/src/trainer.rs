use dcgan_layers::{Activations, GradBuffers, Network, Params, SpectralNorm};
use dcgan_random::{Purpose, fill_normal};
use dcgan_tensor::{Backend, Context, View, ViewMut};

use self::augmenter::Augmenter;
use self::discriminate::PerImage;
use crate::interop::NetworkKind;
use crate::{
    Config, ConfigError, DNorm, DatasetFingerprint, Logits, Losses, Objective, State,
    discriminator, generator,
};

mod augmenter;
mod discriminate;
mod step;

/// The parts of D's forward pass: generated images, and real ones.
const FAKE: usize = 0;
const REAL: usize = 1;

/// Trains a DCGAN on the CPU. Owns all memory of a training step: allocated once, then a step allocates
/// nothing but what `matrixmultiply` packs its operands into.
///
/// A step is made of hundreds of short parallel loops. It is fastest inside a thread pool whose threads
/// stay awake between them, as `dcgan train` runs it: see `dcgan_tensor::pool::Threads`.
pub struct Trainer {
    g: Network,
    d: Network,
    /// G's forward pass over the latents.
    g_activations: Activations,
    /// D's forward pass over generated and real images side by side, each part normalised on its own.
    d_activations: Activations,
    /// What changes images between G and D, if anything does.
    augmenter: Option<Augmenter>,
    /// The backward passes through D, then from D's images through G.
    grads: GradBuffers,
    /// Those through D, if it judges each image alone.
    per_image: Option<PerImage>,
    /// D's parameters as its passes use them, if they are normalised.
    spectral: Option<SpectralNorm>,
    dg: Params,
    dd: Params,
    ctx: Context,
    state: State,
}

impl Trainer {
    /// A run before its first step.
    ///
    /// # Errors
    /// If `config` is not valid.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        Ok(Self::resume(State::new(config)?))
    }

    /// Continues from `state`.
    pub fn resume(state: State) -> Self {
        let (g, d) = (generator(&state.config), discriminator(&state.config));
        let batch = state.config.batch_size;
        let (g_activations, d_activations) =
            (g.activations(batch), d.activations_of_parts(2, batch));
        let is_alone = state.config.d_norm != DNorm::Batch;
        Self {
            grads: GradBuffers::new([&g_activations, &d_activations]),
            augmenter: Augmenter::new(&state.config),
            per_image: is_alone.then(|| PerImage::new(&d, batch)),
            spectral: SpectralNorm::new(&d, &state.discriminator.theta),
            g_activations,
            d_activations,
            dg: state.generator.theta.zeros_like(),
            dd: state.discriminator.theta.zeros_like(),
            ctx: Context::default(),
            g,
            d,
            state,
        }
    }

    /// Computes with this backend instead of the fastest one. Results differ by rounding.
    pub fn with_backend(self, backend: Backend) -> Self {
        Self { ctx: Context::new(backend), ..self }
    }

    /// The state of the run.
    pub fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    /// Continues from `state` instead.
    ///
    /// # Panics
    /// If its configuration differs.
    pub fn restore(&mut self, state: State) {
        assert_eq!(state.config, self.state.config, "the state is of another run");
        self.state = state;
    }

    /// Records which images the run is trained on, for its checkpoints.
    pub fn set_dataset(&mut self, dataset: DatasetFingerprint) {
        self.state.dataset = dataset;
    }

    /// What G and D minimise.
    pub fn objective(&self) -> Objective {
        self.state.config.objective
    }

    /// The next batch of real images, to be written by the caller: (batch, side, side, channels) in
    /// [−1, 1].
    pub fn real(&mut self) -> ViewMut<'_> {
        match &mut self.augmenter {
            Some(augmenter) => augmenter.real_mut(),
            None => self.d_activations.part_input_mut(REAL),
        }
    }

    /// The images that G generated in the last step: (batch, side, side, channels).
    pub fn fakes(&self) -> View<'_> {
        self.g_activations.output()
    }

    /// The images of the last step, each (batch, side, side, channels): the real and the generated ones, not
    /// augmented.
    pub fn images(&self) -> [View<'_>; 2] {
        let real = match &self.augmenter {
            Some(augmenter) => augmenter.real(),
            None => self.d_activations.part_input(REAL),
        };
        [real, self.g_activations.output()]
    }

    /// D's logits in the last step.
    pub fn logits(&self) -> Logits<'_> {
        Logits {
            real: self.d_activations.part_output(REAL),
            fake: self.d_activations.part_output(FAKE),
        }
    }

    /// The forward passes of the last step in their order: G's, then D's.
    pub(crate) fn forward_passes(&self) -> [(NetworkKind, &Network, &Activations); 2] {
        [
            (NetworkKind::Generator, &self.g, &self.g_activations),
            (NetworkKind::Discriminator, &self.d, &self.d_activations),
        ]
    }

    /// The gradients of the last step: G's and D's.
    pub fn gradients(&self) -> (&Params, &Params) {
        (&self.dg, &self.dd)
    }

    /// One training step, with the latents of this step.
    pub fn step(&mut self) -> Losses {
        let mut latents = self.state.stream(Purpose::Latent);
        let mut z = self.g_activations.input_mut();
        fill_normal(&mut latents, z.as_slice_mut().expect("activations are contiguous"));
        self.train_step()
    }

    /// One training step, with these latents (batch, 1, 1, nz).
    ///
    /// # Panics
    /// If `z` has another shape.
    pub fn step_with(&mut self, z: View) -> Losses {
        let mut input = self.g_activations.input_mut();
        assert_eq!(z.dim(), input.dim(), "latents of another shape");
        input.assign(&z);
        self.train_step()
    }
}
