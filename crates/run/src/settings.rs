use std::path::Path;

use dcgan_data::{Source, Survey};
use dcgan_gan::{Config, ConfigError, Fingerprint, Role, State, Value, identity};
use serde::{Deserialize, Serialize};

use crate::device::{Device, GpuIdentity};
use crate::initial::{Initial, StartedFrom};
use crate::kernel_choice::{Conv, Simd};
use crate::origin::{self, Origin};
use crate::provenance::MAX_SCALE;
use crate::retention::Retention;
use crate::run_error::{Result, RunError};

mod choices;
mod compute;
mod defaults;
mod entry;
mod file;
mod given;
mod options;
mod recipe;
mod source;
#[cfg(any(test, fuzzing))]
mod trial;

pub use choices::{OnDivergence, Watching};
pub(crate) use defaults::SYNTHETIC;
pub use entry::Entry;
pub use options::Options;
pub use recipe::Recipe;
#[cfg(any(test, fuzzing))]
pub(crate) use trial::try_config;

dcgan_gan::fields! {
    /// The settings of a run, as stored in `config.toml` in its folder.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Settings {
        /// The defaults with which the run was started; `None` if it is older than recipes. What counts are the
        /// settings themselves.
        recipe: Option<Recipe> = None, Fixed, Added, |_| Ok(());
        /// Where the images are; `None` for the built-in ones.
        data: Option<String> = None, Free, Original, |_| Ok(());
        /// Number of passes over the dataset; either this or `steps` is set.
        epochs: Option<u64> = None, Free, Original, |n| at_least_one(n.as_ref());
        /// Number of training steps.
        steps: Option<u64> = None, Free, Original, |n| at_least_one(n.as_ref());
        /// Epochs between sample grids.
        sample_every: u64 = 10, Free, Original, |n| at_least_one(Some(n));
        /// The side of the square in which a pixel of a sample is shown.
        sample_scale: u16 = 1, Free, Added, |n| is_scale(*n);
        /// Epochs between checkpoints.
        checkpoint_every: u64 = 10, Free, Original, |n| at_least_one(Some(n));
        /// Which checkpoints are kept.
        keep: Retention = Retention::default(), Free, Added, |_| Ok(());
        /// Steps between lines of the log.
        log_every: u64 = 10, Free, Original, |n| at_least_one(Some(n));
        /// Epochs between evaluations; 0 for none.
        evaluate_every: u64 = 0, Free, Added, |_| Ok(());
        /// Whether training is monitored.
        watch: Watching = Watching::default(), Free, Added, |_| Ok(());
        /// What to do when training diverges.
        on_divergence: OnDivergence = OnDivergence::default(), Free, Added, |_| Ok(());
        /// The algorithm of convolutions.
        conv: Conv = Conv::default(), Fixed, Early, |_| Ok(());
        /// The vector instructions of the kernels.
        simd: Simd = Simd::default(), Fixed, Early, |_| Ok(());
        /// Where it is computed. What decides the results of a graphics card is in `gpu`.
        #[serde(skip_serializing_if = "Device::is_cpu")]
        device: Device = Device::default(), Free, Added, |_| Ok(());
    }
    and {
        /// What is computed.
        #[serde(flatten)]
        config: Config;
        /// The graphics card that computes; `None` for the processor.
        gpu: Option<GpuIdentity>;
        /// What determined the result, from each step at which it changed.
        #[serde(rename = "origin")]
        origins: Vec<Origin>;
    }
}

dcgan_gan::word_settings!(Retention, Watching, OnDivergence, Conv, Simd);

fn at_least_one(count: Option<&u64>) -> Result<(), String> {
    match count {
        Some(0) => Err("it must be at least 1".to_owned()),
        _ => Ok(()),
    }
}

impl Settings {
    /// The settings of a new run on the images that `survey` found at `source`.
    ///
    /// # Errors
    /// If an option is not valid.
    pub fn new(options: &Options, source: &Source, survey: Survey) -> Result<Self> {
        let recipe = match options.recipe()? {
            Some(recipe) => recipe,
            None => Recipe::for_images(survey),
        };
        let mut settings = Self::defaults(recipe, source, survey);
        if let Some(initial) = &options.from {
            initial.apply(&mut settings.config);
        }
        for (name, value) in &options.settings {
            settings.set(name, value)?;
        }
        settings.complete(source, survey, |name| options.gives(name));
        settings.data = options.data.as_deref().map(absolute).transpose()?;
        settings.simd = settings.simd.available()?;
        settings.check()?;
        if let Some(initial) = &options.from {
            initial.check(&settings.config)?;
        }
        Ok(settings)
    }

    /// The settings of this run when it is resumed with `options`: those that affect the result are fixed, the
    /// others may change.
    ///
    /// # Errors
    /// If an option would change a fixed setting, or is not valid.
    pub fn resumed(mut self, options: &Options) -> Result<Self> {
        self.simd = self.simd.resolved();
        if options.gives("epochs") || options.gives("steps") {
            (self.epochs, self.steps) = (None, None);
        }
        for (name, value) in &options.settings {
            let before = self.clone();
            self.set(name, value)?;
            if name == "simd" {
                self.simd = self.simd.available()?;
            }
            before.check_fixed(&self)?;
        }
        if let Some(data) = &options.data {
            self.data = Some(absolute(data)?);
        }
        self.check()?;
        Ok(self)
    }

    /// Rejects changes of fixed settings.
    fn check_fixed(&self, wanted: &Self) -> Result<()> {
        let pairs = self.entries().into_iter().zip(wanted.entries());
        let text =
            |value: Option<Value>| value.map_or("no value".to_owned(), |value| value.to_string());
        match pairs.into_iter().find(|(own, other)| own.role == Role::Fixed && own != other) {
            Some((Entry { name, value: kept, .. }, other)) => {
                Err(RunError::Fixed { name, given: text(other.value), kept: text(kept) })
            }
            None => Ok(()),
        }
    }

    /// Records what determines the result from `state` on, and what a new run starts from. Returns the differences
    /// from the start of the run.
    pub(crate) fn resume_from(
        &mut self,
        state: &State,
        from: Option<&Initial>,
        code: &str,
    ) -> Vec<String> {
        let (settings, from) = (self.fingerprint(), from.map(Initial::record));
        origin::resume_from(&mut self.origins, state.step, settings, state.dataset, code, from)
    }

    /// Where the weights are from that the run was started with, if they are not random.
    #[must_use]
    pub fn started_from(&self) -> Option<&StartedFrom> {
        self.origins.first()?.from.as_ref()
    }

    /// The hash of every setting that affects the result.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let gpu = self.gpu.as_ref().map(GpuIdentity::identity).unwrap_or_default();
        let settings = [identity(Config::FIELDS, &self.config), identity(Self::FIELDS, self)];
        Fingerprint::hash(settings.into_iter().chain([gpu]))
    }

    /// Checks that a run can have these values.
    fn check(&self) -> Result<()> {
        self.config.validate()?;
        for field in Self::FIELDS {
            if let Err(why) = (field.check)(self) {
                let value = (field.get)(self).map(|value| value.to_string()).unwrap_or_default();
                return Err(RunError::Setting { name: field.name.to_owned(), value, why });
            }
        }
        Ok(())
    }
}

impl From<ConfigError> for RunError {
    fn from(error: ConfigError) -> Self {
        let ConfigError { field, value, why, .. } = error;
        Self::Setting { name: field.to_owned(), value, why }
    }
}

fn is_scale(scale: u16) -> Result<(), String> {
    match (1..=MAX_SCALE).contains(&scale) {
        true => Ok(()),
        false => Err(format!("it must be a whole number from 1 to {MAX_SCALE}")),
    }
}

/// A path that is still valid when the run is resumed from another working directory.
fn absolute(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.into_os_string().into_string().map_err(|path| RunError::Setting {
        name: "data".to_owned(),
        value: path.display().to_string(),
        why: "config.toml cannot contain a path that is not UTF-8, and the run could not be resumed; rename it, or use a link to it (ln -s) with another path".to_owned(),
    })
}
