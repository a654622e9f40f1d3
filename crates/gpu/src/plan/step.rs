use dcgan_gan::{Config, State, Upsample, network_specs};

use super::arrays::{Arrays, Constants};
use super::augmenter::Augmenter;
use super::gradients::{Backward, GradBuffers};
use super::logit_grads::LogitGrads;
use super::network::{Layer, Network, Op};
use super::spectral::Spectral;
use crate::floats::Floats;
use crate::kernels::conv::Epilogue;
use crate::kernels::update;
use crate::recorder::{Dispatch, Recorder};
use crate::shader::OBJECTIVE;
use crate::{Gpu, GpuError};

/// Places in arrays of two: G and D.
pub(crate) const G: usize = 0;
pub(crate) const D: usize = 1;

/// All arrays of a step, and its dispatches.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) networks: [Network; 2],
    pub(crate) arrays: [Arrays; 2],
    pub(crate) average: Option<Floats>,
    pub(crate) augmenter: Option<Augmenter>,
    pub(crate) constants: Constants,
    /// Both forward passes, and the slopes of the losses.
    pub(crate) forward: Vec<Dispatch>,
    /// G's backward pass and update, which some steps leave out.
    pub(crate) update_g: Vec<Dispatch>,
    /// D's, in a step without penalty.
    pub(crate) update_d: Vec<Dispatch>,
    /// The same in a step with one; empty if no step has one.
    pub(crate) update_d_penalised: Vec<Dispatch>,
}

impl Step {
    /// Bytes of all arrays of the steps from a state on, none of which is allocated.
    ///
    /// # Errors
    /// If one of them is larger than the adapter allows.
    pub(crate) fn bytes(gpu: &Gpu, state: &State) -> Result<u64, GpuError> {
        let mut to = Recorder::counting(gpu);
        Self::record(&mut to, state)?;
        Ok(to.bytes())
    }

    /// Plans the steps from a state on: allocates every array and builds every kernel.
    ///
    /// # Errors
    /// If an array is larger than the adapter allows.
    pub(crate) fn record(to: &mut Recorder, state: &State) -> Result<Self, GpuError> {
        let config = &state.config;
        let [g_spec, d_spec] = network_specs(config);
        let d = Network::new(to, &d_spec, (2, config.batch_size), None)?;
        let augmenter = Augmenter::new(to, config)?;
        // Unless they are augmented on the way, G's images are made where D reads them.
        let output = Some(d.input()).filter(|_| augmenter.is_none());
        let g = Network::new(to, &g_spec, (1, config.batch_size), output)?;
        let arrays = [Arrays::new(to, &state.generator)?, Arrays::new(to, &state.discriminator)?];
        let average = state.average.as_ref();
        let average =
            average.map(|average| to.floats("an average", average.as_slice())).transpose()?;
        let constants = Constants::new(to);
        let mut slopes = |n| to.zeros("slopes", n * config.batch_size);
        let slopes = [slopes(1)?, slopes(2)?];
        let parts = Parts {
            config,
            grads: GradBuffers::new(to, [&g, &d])?,
            per_image: if has_norm(&d) { None } else { Some(LogitGrads::new(to, &d)?) },
            spectral: Spectral::new(to, &d, arrays[D].theta.len)?,
            g: &g,
            d: &d,
            arrays: &arrays,
            average: average.as_ref(),
            augmenter: augmenter.as_ref(),
            constants: &constants,
            slopes,
        };
        let forward = parts.forward(to)?;
        let update_g = parts.update_g(to)?;
        let update_d = parts.update_d(to, None)?;
        let update_d_penalised = match penalty_weights(config) {
            Some(weights) => {
                let weights = to.floats("penalties", &weights)?;
                parts.update_d(to, Some(&weights))?
            }
            None => Vec::new(),
        };
        drop(parts);
        Ok(Self {
            networks: [g, d],
            arrays,
            average,
            augmenter,
            constants,
            forward,
            update_g,
            update_d,
            update_d_penalised,
        })
    }
}

fn has_norm(network: &Network) -> bool {
    network.layers.iter().any(|layer| matches!(layer.op, Op::BatchNorm { .. }))
}

/// What the penalty of each image counts, if there is one: generated images first.
fn penalty_weights(config: &Config) -> Option<Vec<f32>> {
    let Config { r1, r2, penalty_every, batch_size, .. } = *config;
    let weight = |gamma: f64| (gamma * penalty_every as f64 / batch_size as f64) as f32;
    let weights = [weight(r2), weight(r1)];
    let has_any = weights.iter().any(|&weight| weight > 0.0);
    has_any.then(|| weights.iter().flat_map(|&weight| vec![weight; batch_size]).collect())
}

/// What the dispatches are recorded from.
struct Parts<'a> {
    config: &'a Config,
    g: &'a Network,
    d: &'a Network,
    arrays: &'a [Arrays; 2],
    average: Option<&'a Floats>,
    augmenter: Option<&'a Augmenter>,
    constants: &'a Constants,
    grads: GradBuffers,
    per_image: Option<LogitGrads>,
    spectral: Option<Spectral>,
    /// Of G's loss in the logits of generated images; of D's in all logits.
    slopes: [Floats; 2],
}

/// Counterparts: the methods of the same names in gan/src/trainer/step.rs.
impl Parts<'_> {
    /// D's parameters as its passes use them.
    fn used(&self) -> &Floats {
        self.spectral.as_ref().map_or(&self.arrays[D].theta, Spectral::normalised)
    }

    fn forward(&self, to: &mut Recorder) -> Result<Vec<Dispatch>, GpuError> {
        let Self { config, g, d, arrays, .. } = self;
        g.forward(to, &arrays[G].theta, &arrays[G].buffers)?;
        if let Some(augmenter) = self.augmenter {
            augmenter.apply(to, config, g.output(), d.input());
        }
        if let Some(spectral) = &self.spectral {
            spectral.normalise(to, &arrays[D].theta, &arrays[D].buffers);
        }
        d.forward(to, self.used(), &arrays[D].buffers)?;
        if let Some(per_image) = &self.per_image {
            per_image.compute(to, d, self.used())?;
        }
        let [of_g, of_d] = &self.slopes;
        let logits = [d.output(), of_g, of_d];
        to.push_with(&OBJECTIVE, &self.constants.objective, &logits, [1, 1, 1]);
        Ok(to.take())
    }

    fn update_g(&self, to: &mut Recorder) -> Result<Vec<Dispatch>, GpuError> {
        let Self { config, g, d, arrays, grads, constants, .. } = self;
        let of_g = &self.slopes[G];
        // Whether nothing is between the gradient in D's input and G's last activation.
        let is_direct = self.per_image.is_none() && self.augmenter.is_none();
        let mut dimages = match &self.per_image {
            Some(per_image) => {
                let dimages = grads.other(of_g);
                per_image.images(to, d, of_g, &dimages);
                dimages
            }
            None => {
                let input = match is_direct {
                    true => Epilogue::through(g.last_activation(), g.output()),
                    false => Epilogue::NONE,
                };
                let pass = Backward { input, ..Backward::new(self.used(), None, 1) };
                grads.backward(to, d, of_g, pass)?
            }
        };
        if let Some(augmenter) = self.augmenter {
            let adjoint = grads.other(&dimages);
            augmenter.adjoint(to, config, &dimages, &adjoint);
            dimages = adjoint;
        }
        let Arrays { theta, m, v, gradient, squares, .. } = &arrays[G];
        let pass =
            Backward { is_before_activation: is_direct, ..Backward::new(theta, Some(gradient), 1) };
        grads.backward(to, g, &dimages, pass)?;
        update::adam(to, &constants.adam[G], gradient, [theta, m, v], squares);
        if config.upsample == Upsample::Nearest {
            flatten(to, g, theta);
        }
        if let Some(average) = self.average {
            update::ema(to, &constants.ema, theta, average);
        }
        Ok(to.take())
    }

    fn update_d(
        &self,
        to: &mut Recorder,
        penalties: Option<&Floats>,
    ) -> Result<Vec<Dispatch>, GpuError> {
        let Self { d, arrays, grads, constants, .. } = self;
        let Arrays { theta, m, v, gradient, squares, buffers } = &arrays[D];
        let of_d = &self.slopes[D];
        match &self.per_image {
            Some(per_image) => {
                per_image.params(to, (d, self.used()), (of_d, penalties), gradient)?;
            }
            None => {
                let pass = Backward::new(self.used(), Some(gradient), 2);
                grads.backward(to, d, of_d, pass)?;
            }
        }
        if let Some(spectral) = &self.spectral {
            spectral.pull_back(to, buffers, gradient);
        }
        update::adam(to, &constants.adam[D], gradient, [theta, m, v], squares);
        Ok(to.take())
    }
}

/// Projects the kernels of the layers that double the size.
fn flatten(to: &mut Recorder, g: &Network, theta: &Floats) {
    let doubling = |layer: &Layer| match &layer.op {
        Op::Conv { conv, is_transposed: true, .. } if conv.window.stride == 2 => {
            Some((conv.weight, conv.weights()))
        }
        _ => None,
    };
    let weights: Vec<_> = g.layers.iter().filter_map(doubling).collect();
    update::flatten_kernels(to, theta, &weights);
}
