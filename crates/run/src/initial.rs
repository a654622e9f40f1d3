use std::path::Path;

use dcgan_gan::{Config, Field, Fingerprint, State, Upsample, Value};
use serde::{Deserialize, Serialize};

use crate::run_error::{Result, RunError};
use crate::settings::Settings;

/// Settings that decide the shape of the generator.
const OF_GENERATOR: [&str; 4] = ["image_size", "channels", "nz", "ngf"];

/// The same for the discriminator.
const OF_DISCRIMINATOR: [&str; 2] = ["ndf", "d_norm"];

/// A trained model whose weights a new run starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct Initial {
    /// Where it is, for people.
    pub name: String,
    /// The model.
    pub state: State,
    /// Whether its discriminator is trained too. Otherwise the run starts with a new one.
    pub has_discriminator: bool,
}

/// What a run was started from, as its `config.toml` records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedFrom {
    /// Where the model was.
    pub model: String,
    /// Steps that it had taken.
    pub steps: u64,
    /// The hash of the weights that were used.
    pub weights: Fingerprint,
}

impl Initial {
    /// Gives `config` the sizes of the model.
    pub(crate) fn apply(&self, config: &mut Config) {
        for field in self.fields() {
            if let Some(value) = (field.get)(&self.state.config) {
                (field.set)(config, &value);
            }
        }
        config.upsample = match self.allows(Upsample::Nearest) {
            true => Upsample::Nearest,
            false => Upsample::Transposed,
        };
    }

    /// Checks that networks of this configuration can have its weights.
    pub(crate) fn check(&self, config: &Config) -> Result<()> {
        let refused = |name: &str, value: Option<Value>, why: String| {
            let value = value.map(|value| value.to_string()).unwrap_or_default();
            Err(RunError::Setting { name: name.to_owned(), value, why })
        };
        for field in self.fields() {
            let (wanted, own) = ((field.get)(config), (field.get)(&self.state.config));
            if wanted != own {
                let own = own.map(|value| value.to_string()).unwrap_or_default();
                let why = format!("the model in {} has {own}; leave it out", self.name);
                return refused(field.name, wanted, why);
            }
        }
        if !self.allows(config.upsample) {
            let why = format!(
                "the generator in {} upsamples by transposed convolutions; leave it out",
                self.name
            );
            return refused("upsample", Some(config.upsample.to_string().as_str().into()), why);
        }
        Ok(())
    }

    /// Replaces the weights of `state`, which is that of a new run.
    pub(crate) fn fill(&self, state: &mut State) {
        let Self { state: own, has_discriminator, .. } = self;
        let pairs = [
            (&mut state.generator, &own.generator, true),
            (&mut state.discriminator, &own.discriminator, *has_discriminator),
        ];
        for (network, own, is_used) in pairs {
            if is_used {
                network.theta = own.theta.clone();
                network.buffers = own.buffers.clone();
                network.num_batches_tracked = own.num_batches_tracked;
            }
        }
        if state.average.is_some() {
            state.average = Some(own.average.as_ref().unwrap_or(&own.generator.theta).clone());
        }
    }

    /// What is recorded of it.
    pub(crate) fn record(&self) -> StartedFrom {
        let State { generator, discriminator, average, step, .. } = &self.state;
        let mut arrays = vec![&generator.theta, &generator.buffers];
        arrays.extend(average);
        if self.has_discriminator {
            arrays.extend([&discriminator.theta, &discriminator.buffers]);
        }
        let bytes = arrays.into_iter().flat_map(|array| array.as_slice()).map(|v| v.to_le_bytes());
        StartedFrom { model: self.name.clone(), steps: *step, weights: Fingerprint::hash(bytes) }
    }

    /// The settings that its weights decide.
    fn fields(&self) -> impl Iterator<Item = &'static Field<Config>> {
        let of_discriminator = self.has_discriminator;
        Config::FIELDS.iter().filter(move |field| {
            OF_GENERATOR.contains(&field.name)
                || of_discriminator && OF_DISCRIMINATOR.contains(&field.name)
        })
    }

    fn allows(&self, upsample: Upsample) -> bool {
        upsample.allows(&self.state.config, &self.state.generator.theta)
    }
}

/// Checks that a run in which nothing is saved starts from random weights, which can be drawn again.
pub(crate) fn check_random(folder: &Path, settings: &Settings) -> Result<()> {
    match settings.started_from() {
        Some(StartedFrom { model, .. }) => Err(RunError::at(
            folder,
            &format!(
                "has no checkpoint, and it was started from the weights in {model}; start a new run from them"
            ),
        )),
        None => Ok(()),
    }
}
