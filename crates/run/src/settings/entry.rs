use dcgan_gan::{Config, Field, Role, Value};

use super::Settings;
use super::given::{demand, nearest};
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
        fn set<S: Default>(
            fields: &[Field<S>],
            settings: &mut S,
            name: &str,
            value: &Value,
        ) -> Option<Result<(), String>> {
            let field = fields.iter().find(|field| field.name == name)?;
            let is_set = (field.set)(settings, value);
            Some(if is_set { Ok(()) } else { Err(demand(field.default())) })
        }
        let set = set(Self::FIELDS, self, name, value)
            .or_else(|| set(Config::FIELDS, &mut self.config, name, value));
        let why = match set {
            Some(Ok(())) => return Ok(()),
            Some(Err(why)) => why,
            None => {
                format!("there is no setting with this name; did you mean `{}`?", nearest(name))
            }
        };
        Err(RunError::Setting { name: name.to_owned(), value: value.to_string(), why })
    }
}
