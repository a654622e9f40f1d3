use std::path::PathBuf;

use dcgan_gan::{Config, Value};

use super::Recipe;
use crate::initial::Initial;
use crate::memory_limit::MemoryLimit;
use crate::run_error::{Result, RunError};

/// The options of a new or resumed run. What is not given is derived from the images, or taken from the run
/// that is resumed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// A folder or archive of images, an .npy array, an IDX or a CIFAR file; `None` for the built-in cats.
    pub data: Option<PathBuf>,
    /// The folder of the run; by default `runs/NAME-001`, named after the data.
    pub out: Option<PathBuf>,
    /// Whether a run may be resumed although its images have changed.
    pub allow_data_change: bool,
    /// The memory budget for the images. A larger dataset is cached in a file in the folder of the run.
    pub memory_limit: MemoryLimit,
    /// A model whose weights a new run starts from, instead of random ones.
    pub from: Option<Box<Initial>>,
    /// Settings by name, as in `config.toml`: those of [`crate::Settings`] and of its
    /// [`config`](crate::Settings::config).
    pub settings: Vec<(String, Value)>,
}

impl Options {
    /// Adds a setting. Its name and value are checked when the run starts.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.settings.push((name.to_owned(), value.into()));
        self
    }

    /// Whether a setting is given.
    pub(crate) fn gives(&self, name: &str) -> bool {
        self.settings.iter().any(|(own, _)| own == name)
    }

    /// The recipe that is asked for.
    pub(super) fn recipe(&self) -> Result<Option<Recipe>> {
        let Some((name, value)) = self.settings.iter().rev().find(|(name, _)| name == "recipe")
        else {
            return Ok(None);
        };
        let word = value.to_string();
        let recipe = word.parse().map_err(|why| RunError::Setting {
            name: name.clone(),
            value: word.clone(),
            why,
        })?;
        Ok(Some(recipe))
    }

    /// The seed, which the synthetic images depend on before there are settings.
    pub(crate) fn seed(&self) -> u64 {
        let seed = self.settings.iter().rev().find(|(name, _)| name == "seed");
        match seed {
            Some((_, Value::Int(seed))) => *seed,
            _ => Config::default().seed,
        }
    }
}
