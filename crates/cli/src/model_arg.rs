use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::failure::usage;
use crate::open_model::{Model, open};

/// The model of a command, by position or with `--model`.
#[derive(Debug, clap::Args)]
pub(crate) struct ModelArg {
    /// Run folder, checkpoint, or weights of a generator from PyTorch (.pth or .safetensors)
    #[arg(value_name = "MODEL", id = "positional_model")]
    positional: Option<PathBuf>,
    /// The same as MODEL
    #[arg(long, value_name = "RUN_OR_FILE", conflicts_with = "positional_model")]
    model: Option<PathBuf>,
    /// Use the weights of the last training step instead of their average over steps
    #[arg(long)]
    pub(crate) raw: bool,
}

impl ModelArg {
    /// The path of the model, if one was given.
    pub(crate) fn given(&self) -> Option<&Path> {
        self.positional.as_deref().or(self.model.as_deref())
    }

    /// The path of the model.
    ///
    /// # Errors
    /// If none was given.
    pub(crate) fn path(&self) -> Result<&Path> {
        self.given().ok_or_else(|| {
            usage("no model given: name the folder of a run, such as runs/cats-001, a checkpoint, or weights from PyTorch (.pth or .safetensors)")
        })
    }

    /// The generator at that path.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn open(&self) -> Result<Model> {
        open(self.path()?, self.raw)
    }
}
