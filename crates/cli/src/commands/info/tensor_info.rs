//! What a file of weights from PyTorch holds.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use dcgan_gan::interop::{self, InteropError, WeightsFile};
use dcgan_gan::{Fingerprint, State};
use serde_json::json;

use crate::console::{count, print, print_json};

/// Prints the tensors of a file that is neither a checkpoint nor a PNG image.
pub(super) fn describe(path: &Path, bytes: &[u8], json: bool) -> Result<()> {
    let name = path.display();
    let file = match WeightsFile::open(bytes) {
        Err(InteropError::Foreign(what)) => {
            // What the file is, or a sentence about it.
            let is = if what.starts_with("it") { ":" } else { " is" };
            bail!(
                "{name}{is} {what}; info describes runs, checkpoints, weights from PyTorch, and PNG images of dcgan"
            )
        }
        file => file.with_context(|| name.to_string())?,
    };
    let imported = interop::import(bytes, None);
    if json {
        return describe_json(path, &file, imported.ok().as_ref());
    }
    let tensors = count(file.tensors().len() as u64, "tensor");
    print(format_args!("{name}: {}, {tensors}", file.container()))?;
    match imported {
        Ok(state) => {
            print(format_args!(
                "a generator: model {}",
                Fingerprint::from_generator(&state.as_trained())
            ))?;
        }
        Err(InteropError::OtherNetwork { found }) => print(format_args!("a {}", found.name()))?,
        Err(error) => print(format_args!("not a model of dcgan: {error}"))?,
    }
    for (key, value) in file.metadata() {
        print(format_args!("  {key} = {value}"))?;
    }
    for (name, dtype, shape) in file.tensors() {
        print(format_args!("  {name:30} {dtype:4} {shape:?}"))?;
    }
    Ok(())
}

fn describe_json(path: &Path, file: &WeightsFile, generator: Option<&State>) -> Result<()> {
    let tensors = file.tensors().map(
        |(name, dtype, shape)| json!({ "name": name, "dtype": dtype.to_string(), "shape": shape }),
    );
    let metadata: BTreeMap<_, _> = file.metadata().iter().cloned().collect();
    print_json(&json!({
        "kind": "weights",
        "file": path.display().to_string(),
        "container": file.container(),
        "model": generator.map(|state| Fingerprint::from_generator(&state.as_trained())),
        "metadata": metadata,
        "tensors": tensors.collect::<Vec<_>>(),
    }))
}
