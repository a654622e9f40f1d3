use std::path::PathBuf;

use dcgan_gan::{Config, Field, Value};

use super::{Options, Settings};

/// What determined the result of the run that a file is from, which says nothing of another run.
const ORIGIN: &str = "origin";

/// The graphics card that computed it; `device` chooses the one of another run.
const GPU: &str = "gpu";

/// The setting for the images, which is an option of its own.
const DATA: &str = "data";

/// Names that other programs have for a setting, and ours.
const SYNONYMS: [(&str, &str); 4] =
    [("learning_rate", "lr"), ("iterations", "steps"), ("latent_dim", "nz"), ("dataset", DATA)];

impl Options {
    /// Adds the settings in `text`, the `config.toml` of a run or a part of one. What the options have already counts
    /// more, and a length in epochs or in steps replaces either. The origins and the graphics card of a run are ignored, since
    /// they say what determined its result.
    ///
    /// # Errors
    /// If there is no such setting, with the name that is nearest; or a setting cannot have its value. One line.
    pub fn with_config(mut self, text: &str) -> Result<Self, String> {
        // A name or a value may contain anything.
        let one_line = |why: String| why.replace(['\n', '\r'], " ");
        let table: toml::Table =
            toml::from_str(text).map_err(|error| one_line(located(&error, text)))?;
        if table.contains_key("epochs") && table.contains_key("steps") {
            return Err("it sets epochs and steps; leave out one of them".to_owned());
        }
        let has_length = self.gives("epochs") || self.gives("steps");
        let mut settings = Vec::new();
        for (name, value) in &table {
            match (name.as_str(), value) {
                (ORIGIN | GPU, _) => {}
                (DATA, toml::Value::String(path)) => {
                    self.data.get_or_insert_with(|| PathBuf::from(path));
                }
                ("epochs" | "steps", _) if has_length => {}
                (_, value) => {
                    settings.push((name.clone(), checked(name, value).map_err(one_line)?))
                }
            }
        }
        settings.append(&mut self.settings);
        Ok(Self { settings, ..self })
    }
}

/// What is wrong with the text, and in which line.
fn located(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| format!("line {}: ", before.matches('\n').count() + 1));
    format!("{}{}", line.unwrap_or_default(), error.message())
}

/// The value of a setting, if there is one of this name that can have it.
fn checked(name: &str, written: &toml::Value) -> Result<Value, String> {
    /// Nothing if a setting of this name can have the value, otherwise what it must be.
    fn holds<S: Default>(
        fields: &[Field<S>],
        name: &str,
        value: Option<&Value>,
    ) -> Option<Result<(), String>> {
        let field = fields.iter().find(|field| field.name == name)?;
        let is_held = value.is_some_and(|value| (field.set)(&mut S::default(), value));
        Some(if is_held { Ok(()) } else { Err(demand(field.default())) })
    }
    let value = value(written);
    let held = holds(Settings::FIELDS, name, value.as_ref());
    match (held.or_else(|| holds(Config::FIELDS, name, value.as_ref())), value) {
        (Some(Ok(())), Some(value)) => Ok(value),
        (Some(Err(demand)), _) => Err(format!("{name} is {written}: {demand}")),
        _ => Err(format!("there is no setting `{name}`; did you mean `{}`?", nearest(name))),
    }
}

/// What a setting with this default must be.
pub(super) fn demand(default: Option<Value>) -> String {
    match default {
        Some(Value::Bool(_)) => "it must be true or false".to_owned(),
        Some(Value::Int(n)) => format!("it must be a whole number, such as {n}"),
        Some(Value::Float(x)) => format!("it must be a number, such as {x}"),
        Some(Value::Text(name)) => format!("it cannot have this value; the default is \"{name}\""),
        None => "it cannot have this value".to_owned(),
    }
}

/// What is written, as a setting has it.
pub(super) fn value(written: &toml::Value) -> Option<Value> {
    match written {
        toml::Value::Boolean(value) => Some(Value::Bool(*value)),
        toml::Value::Integer(value) => u64::try_from(*value).ok().map(Value::Int),
        toml::Value::Float(value) => Some(Value::Float(*value)),
        toml::Value::String(value) => Some(Value::Text(value.clone())),
        _ => None,
    }
}

/// The setting that was probably meant.
pub(super) fn nearest(name: &str) -> &'static str {
    if let Some((_, ours)) = SYNONYMS.iter().find(|(theirs, _)| *theirs == name) {
        return ours;
    }
    let names = Settings::FIELDS.iter().map(|field| field.name);
    let names = names.chain(Config::FIELDS.iter().map(|field| field.name));
    let likeness = |own: &&str| strsim::jaro_winkler(own, name);
    names.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or(DATA)
}
