use dcgan_gan::{Config, Field, Role, Value};

use super::Settings;
use crate::run_error::{Result, RunError};

/// One setting of a run: name, role and value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name in `config.toml`.
    pub name: &'static str,
    /// Whether a resumed run may change it.
    pub role: Role,
    /// Its value; `None` if it is not set.
    pub value: Option<Value>,
    /// Whether it was added later and has its default, so that nothing needs to be said of it.
    pub is_unremarkable: bool,
}

impl Settings {
    /// Every setting, in a fixed order: those of the networks and their training last.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        fn entries<S: Default>(fields: &[Field<S>], settings: &S) -> impl Iterator<Item = Entry> {
            fields.iter().map(|field| Entry {
                name: field.name,
                role: field.role,
                value: (field.get)(settings),
                is_unremarkable: field.written(settings).is_none(),
            })
        }
        entries(Self::FIELDS, self).chain(entries(Config::FIELDS, &self.config)).collect()
    }

    /// Sets one setting.
    ///
    /// # Errors
    /// If there is no setting with this name, or it cannot have this value.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<()> {
        fn set<S>(
            fields: &[Field<S>],
            settings: &mut S,
            name: &str,
            value: &Value,
        ) -> Option<bool> {
            let field = fields.iter().find(|field| field.name == name)?;
            Some((field.set)(settings, value))
        }
        let set = set(Self::FIELDS, self, name, value)
            .or_else(|| set(Config::FIELDS, &mut self.config, name, value));
        let why = match set {
            Some(true) => return Ok(()),
            Some(false) => "it cannot have this value",
            None => "there is no setting with this name",
        };
        Err(RunError::Setting {
            name: name.to_owned(),
            value: value.to_string(),
            why: why.to_owned(),
        })
    }
}
