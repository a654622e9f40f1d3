use super::Settings;
use crate::run_error::{Context, Result, RunError};

/// What stands above the settings in their file.
const HEADING: &str = "# How this run was begun; --resume reads it.\n";

impl Settings {
    /// What `config.toml` holds of them.
    pub(crate) fn to_toml(&self) -> Result<String> {
        let text = toml::to_string(self).context("cannot write the settings")?;
        Ok(format!("{HEADING}{text}"))
    }

    /// Those that a `config.toml` holds.
    ///
    /// # Errors
    /// Why no run can have them, in one line: anyone can write into that file.
    pub(crate) fn of_toml(text: &str) -> Result<Self, String> {
        let read: Result<Self, _> = toml::from_str(text);
        let settings = read.map_err(|error| error.message().replace(['\n', '\r'], " "))?;
        settings.check().map_err(|error| error.to_string())?;
        Ok(settings)
    }

    /// Whether a run can have these values.
    pub(super) fn check(&self) -> Result<()> {
        self.config.validate()?;
        let Self { epochs, steps, sample_every, checkpoint_every, log_every, .. } = *self;
        let counts = [
            ("epochs", epochs),
            ("steps", steps),
            ("sample_every", Some(sample_every)),
            ("checkpoint_every", Some(checkpoint_every)),
            ("log_every", Some(log_every)),
        ];
        match counts.into_iter().find(|(_, count)| *count == Some(0)) {
            Some((name, _)) => {
                let why = "it must be at least 1".to_owned();
                Err(RunError::Setting { name, value: "0".to_owned(), why })
            }
            None => Ok(()),
        }
    }
}
