//! What a training engine offers. The seam is a whole step, not an operation: an engine on another
//! device plans the step itself, from the description of the networks.

use dcgan_layers::NetworkSpec;
use dcgan_tensor::{View, ViewMut};

use crate::monitor::{Monitor, NonFinite};
use crate::{
    Config, DatasetFingerprint, Logits, Objective, State, Trainer, discriminator, generator,
};

/// The values of one step, computed before the step changed any parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Losses {
    /// G's loss.
    pub generator: f32,
    /// The part of D's loss from real images.
    pub real: f32,
    /// The part of D's loss from generated images.
    pub fake: f32,
    /// Mean of what D says of real images: σ(D(x)) for [`Objective::NonSaturating`], else D(x).
    pub d_real: f32,
    /// The same for generated images.
    pub d_fake: f32,
}

impl Losses {
    /// Those that follow from D's logits, for an engine that computes only their gradients elsewhere.
    pub fn of_logits(config: &Config, logits: Logits) -> Self {
        let (objective, smoothing) = (config.objective, config.label_smoothing as f32);
        let mut gradients = [logits.real.to_owned(), logits.fake.to_owned()];
        let [dreal, dfake] = &mut gradients;
        let generator = objective.generator(logits, dfake.view_mut());
        let (real, fake) =
            objective.discriminator(logits, smoothing, dreal.view_mut(), dfake.view_mut());
        let (d_real, d_fake) =
            (objective.mean_score(logits.real), objective.mean_score(logits.fake));
        Self { generator, real, fake, d_real, d_fake }
    }

    /// Whether all losses are finite.
    pub fn are_finite(&self) -> bool {
        [self.generator, self.real, self.fake].iter().all(|loss| loss.is_finite())
    }
}

/// A device failed and cannot compute any more. What was saved before is not affected. The message is one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EngineError(String);

impl EngineError {
    /// With a message that names the device and the reason.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// Trains the two networks, one step after the other. [`Trainer`] is the engine on the CPU.
///
/// An engine may keep parameters, moments and activations on a device. Only [`Engine::state`] and the
/// probes bring them to the host. What needs the device fails if the device does, from then on.
pub trait Engine {
    /// The next batch of real images, to be written by the caller: (batch, side, side, channels) in
    /// [−1, 1].
    fn real(&mut self) -> ViewMut<'_>;

    /// One training step on that batch, with the latents that follow from seed, rollbacks and step, as do the
    /// augmentations of D's images.
    ///
    /// # Errors
    /// If the device fails.
    fn step(&mut self) -> Result<Losses, EngineError>;

    /// One training step with these latents (batch, 1, 1, nz).
    ///
    /// # Errors
    /// If the device fails.
    ///
    /// # Panics
    /// If `z` has another shape.
    fn step_with(&mut self, z: View) -> Result<Losses, EngineError>;

    /// What G and D minimise.
    fn objective(&self) -> Objective;

    /// The settings of the run.
    fn config(&self) -> &Config;

    /// Bytes that the run takes of the memory of a device; `None` on the CPU.
    fn device_memory(&self) -> Option<u64> {
        None
    }

    /// Steps taken, and rollbacks before them; known without a transfer.
    fn progress(&self) -> Progress;

    /// Records which images the run is trained on, for its checkpoints.
    fn set_dataset(&mut self, dataset: DatasetFingerprint);

    /// The whole state.
    ///
    /// # Errors
    /// If the device fails.
    fn state(&mut self) -> Result<&State, EngineError>;

    /// The whole state, with the statistics of the generator that is shown: see [`State::compute_statistics`].
    ///
    /// # Errors
    /// If the device fails.
    fn state_to_show(&mut self) -> Result<&State, EngineError>;

    /// Continues from `state`.
    ///
    /// # Panics
    /// If its configuration differs.
    fn restore(&mut self, state: State);

    /// What the monitor has seen, which is part of the state.
    fn monitor_mut(&mut self) -> &mut Monitor;

    /// D's logits in the last step.
    fn logits(&mut self) -> Logits<'_>;

    /// The images of the last step, each (batch, side, side, channels): the real and the generated ones, not
    /// augmented.
    ///
    /// # Errors
    /// If the device fails.
    fn images(&mut self) -> Result<[View<'_>; 2], EngineError>;

    /// ‖g‖₂ of the gradients of the last step: G's and D's. Finite if and only if every component is.
    fn gradient_norms(&mut self) -> [f64; 2];

    /// Where the last step produced a NaN or infinity, if its losses show it or, every ten steps, the
    /// norm of a gradient. What neither shows is found by [`State::non_finite`] before a checkpoint.
    ///
    /// # Errors
    /// If the device fails.
    fn non_finite(&mut self, losses: &Losses) -> Result<Option<NonFinite>, EngineError>;
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps taken.
    pub step: u64,
    /// Rollbacks so far.
    pub rollbacks: u32,
}

/// G and D of a configuration, as an engine builds them.
pub fn network_specs(config: &Config) -> [NetworkSpec; 2] {
    [generator(config).spec(), discriminator(config).spec()]
}

impl Engine for Trainer {
    fn real(&mut self) -> ViewMut<'_> {
        self.real()
    }

    fn step(&mut self) -> Result<Losses, EngineError> {
        Ok(self.step())
    }

    fn step_with(&mut self, z: View) -> Result<Losses, EngineError> {
        Ok(self.step_with(z))
    }

    fn objective(&self) -> Objective {
        self.objective()
    }

    fn config(&self) -> &Config {
        &Trainer::state(self).config
    }

    fn progress(&self) -> Progress {
        let State { step, rollbacks, .. } = *Trainer::state(self);
        Progress { step, rollbacks }
    }

    fn set_dataset(&mut self, dataset: DatasetFingerprint) {
        self.set_dataset(dataset);
    }

    fn state(&mut self) -> Result<&State, EngineError> {
        Ok(Trainer::state(self))
    }

    fn state_to_show(&mut self) -> Result<&State, EngineError> {
        self.state_mut().compute_statistics();
        Ok(Trainer::state(self))
    }

    fn restore(&mut self, state: State) {
        self.restore(state);
    }

    fn monitor_mut(&mut self) -> &mut Monitor {
        &mut self.state_mut().monitor
    }

    fn logits(&mut self) -> Logits<'_> {
        Trainer::logits(self)
    }

    fn images(&mut self) -> Result<[View<'_>; 2], EngineError> {
        Ok(Trainer::images(self))
    }

    fn gradient_norms(&mut self) -> [f64; 2] {
        Trainer::gradient_norms(self)
    }

    fn non_finite(&mut self, losses: &Losses) -> Result<Option<NonFinite>, EngineError> {
        Ok(Trainer::non_finite(self, losses))
    }
}
