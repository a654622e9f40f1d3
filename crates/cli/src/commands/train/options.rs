use std::path::Path;

use anyhow::Result;
use dcgan_gan::Value;
use dcgan_run::{Options, files};

use super::Args;
use super::from;
use super::sources::Sources;
use crate::failure::usage;
use crate::invocation::Invocation;

impl Args {
    /// The options of the run.
    ///
    /// # Errors
    /// If a number is too large for `config.toml`, or it is unclear which run or which images are meant.
    pub(crate) fn options(&self, invocation: &Invocation) -> Result<Options> {
        let settings = toml::Table::try_from(&self.settings)
            .map_err(|_| usage("a number is too large: the largest is 9223372036854775807"))?;
        let settings = settings.into_iter().map(|(name, value)| (name, setting(value)));
        let Sources { data, out } = self.sources(invocation)?;
        let options = Options {
            data,
            out,
            allow_data_change: self.allow_data_change,
            memory_limit: self.memory_limit,
            from: self.from.as_deref().map(from::open).transpose()?.map(Box::new),
            settings: settings.collect(),
        };
        match &self.config {
            Some(config) => with_config(options, config),
            None => Ok(options),
        }
    }
}

/// The options with the settings in a file.
fn with_config(options: Options, config: &Path) -> Result<Options> {
    let wrong = |why: String| usage(format!("--config is {}: {why}", config.display()));
    let text = String::from_utf8(files::read(config)?);
    let text = text.map_err(|_| wrong("it is not text".to_owned()))?;
    options.with_config(&text).map_err(wrong)
}

fn setting(value: toml::Value) -> Value {
    match value {
        toml::Value::Boolean(value) => Value::Bool(value),
        toml::Value::Integer(value) => Value::Int(value.unsigned_abs()),
        toml::Value::Float(value) => Value::Float(value),
        toml::Value::String(value) => Value::Text(value),
        other => Value::Text(other.to_string()),
    }
}
