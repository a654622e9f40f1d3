use anyhow::Result;

use super::Settings;

/// What stands above the settings in their file.
const HEADING: &str = "# How this run was begun; --resume reads it.\n";

impl Settings {
    /// What `config.toml` holds of them.
    pub(crate) fn to_toml(&self) -> Result<String> {
        Ok(format!("{HEADING}{}", toml::to_string(self)?))
    }

    /// Those that a `config.toml` holds.
    ///
    /// # Errors
    /// Why no run can have them, in one line: anyone can write into that file.
    pub(crate) fn of_toml(text: &str) -> Result<Self, String> {
        let read: Result<Self, _> = toml::from_str(text);
        let settings = read.map_err(|error| error.message().replace(['\n', '\r'], " "))?;
        settings.check()?;
        Ok(settings)
    }

    /// What the command line sees to by itself.
    fn check(&self) -> Result<(), String> {
        self.config.validate().map_err(|error| error.to_string())?;
        let Self { epochs, steps, sample_every, checkpoint_every, log_every, .. } = *self;
        let counts = [
            ("epochs", epochs),
            ("steps", steps),
            ("sample_every", Some(sample_every)),
            ("checkpoint_every", Some(checkpoint_every)),
            ("log_every", Some(log_every)),
        ];
        match counts.into_iter().find(|(_, count)| *count == Some(0)) {
            Some((name, _)) => Err(format!("{name} is 0: it must be at least 1")),
            None => Ok(()),
        }
    }
}
