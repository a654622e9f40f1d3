use dcgan_gan::{Field, Since};

use super::{Config, Settings, given};
use crate::run_error::{Context, Result};

/// The first line of the file.
const HEADING: &str = "# The settings of this run; --resume reads them.\n";

impl Settings {
    /// The contents of `config.toml`.
    pub(crate) fn to_toml(&self) -> Result<String> {
        let text = toml::to_string(self).context("cannot write the settings")?;
        Ok(format!("{HEADING}{text}"))
    }

    /// Reads the contents of a `config.toml`.
    ///
    /// # Errors
    /// If no run can have these settings. The reason is one line, since users may edit the file.
    pub(crate) fn from_toml(text: &str) -> Result<Self, String> {
        let one_line = |error: toml::de::Error| error.message().replace(['\n', '\r'], " ");
        let table: toml::Table = toml::from_str(text).map_err(one_line)?;
        check_complete(Self::FIELDS, &table)?;
        check_complete(Config::FIELDS, &table)?;
        let settings: Self = toml::from_str(text).map_err(|error| {
            let wrong = wrong_field(Self::FIELDS, &table);
            let name = wrong.or_else(|| wrong_field(Config::FIELDS, &table));
            name.map(|name| format!("{name}: ")).unwrap_or_default() + &one_line(error)
        })?;
        settings.check().map_err(|error| error.to_string())?;
        Ok(settings)
    }
}

/// A file that lacks a setting of the first version was not written by this program.
fn check_complete<S: Default>(fields: &[Field<S>], table: &toml::Table) -> Result<(), String> {
    let required = |field: &&Field<S>| field.since == Since::Original && field.default().is_some();
    match fields.iter().filter(required).find(|field| !table.contains_key(field.name)) {
        Some(field) => Err(format!("missing field `{}`", field.name)),
        None => Ok(()),
    }
}

/// The first field whose value the setting cannot hold. Serde does not say which it is.
fn wrong_field<S: Default>(fields: &[Field<S>], table: &toml::Table) -> Option<&'static str> {
    let is_wrong = |field: &&Field<S>| {
        table.get(field.name).is_some_and(|written| {
            let value = given::value(written);
            !value.is_some_and(|value| (field.set)(&mut S::default(), &value))
        })
    };
    fields.iter().find(is_wrong).map(|field| field.name)
}
