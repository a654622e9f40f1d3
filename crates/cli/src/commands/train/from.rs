use std::path::Path;

use anyhow::{Context, Result};
use dcgan_gan::interop::{self, InteropError, NetworkKind};
use dcgan_run::{Initial, files};

use crate::open_model::{Opened, open_any};

/// The model at a path, for a run to start from.
pub(super) fn open(path: &Path) -> Result<Initial> {
    let name = path.display().to_string();
    match open_any(path)? {
        Opened::State(state) => Ok(Initial { name, state: *state, has_discriminator: true }),
        Opened::Weights(generator) => {
            let bytes = files::read(path)?;
            // A file of PyTorch may hold both networks, or the generator alone.
            let (state, has_discriminator) = match interop::import(&bytes, Some(&bytes)) {
                Ok(both) => (both, true),
                Err(InteropError::OtherNetwork { found: NetworkKind::Generator }) => {
                    (*generator, false)
                }
                Err(error) => return Err(error).with_context(|| name),
            };
            Ok(Initial { name, state, has_discriminator })
        }
    }
}
