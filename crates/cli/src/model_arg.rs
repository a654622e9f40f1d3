use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::failure::usage;

/// The model of a command, by position or with `--model`.
#[derive(Debug, clap::Args)]
pub(crate) struct ModelArg {
    /// Run folder, checkpoint, or weights of a generator from PyTorch (.pth or .safetensors)
    #[arg(value_name = "MODEL", id = "positional_model")]
    positional: Option<PathBuf>,
    /// The same as MODEL
    #[arg(long, value_name = "RUN_OR_FILE", conflicts_with = "positional_model")]
    model: Option<PathBuf>,
}

impl ModelArg {
    /// The path of the model.
    ///
    /// # Errors
    /// If none was given.
    pub(crate) fn path(&self) -> Result<&Path> {
        self.positional.as_deref().or(self.model.as_deref()).ok_or_else(|| {
            usage("no model given: name the folder of a run, such as runs/cats-001, a checkpoint, or weights from PyTorch (.pth or .safetensors)")
        })
    }
}
