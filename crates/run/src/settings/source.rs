use std::path::Path;

use dcgan_data::{DataError, Source};

use super::{SYNTHETIC, Settings};

impl Settings {
    /// Where the images of the run are.
    ///
    /// # Errors
    /// If nothing that contains images is there.
    pub(crate) fn source(&self) -> Result<Source, DataError> {
        match &self.data {
            Some(path) => Source::at(Path::new(path)),
            None => Ok(Source::Synthetic { count: SYNTHETIC, seed: self.config.seed }),
        }
    }
}
