//! What a safetensors file holds.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use dcgan_gan::{Fingerprint, interop};
use safetensors::SafeTensors;
use serde_json::json;

use crate::console::{count, print};

/// The extension of safetensors files.
const EXTENSION: &str = "safetensors";

/// Prints the tensors of a file that is neither a checkpoint nor a PNG image.
pub(super) fn describe(path: &Path, bytes: &[u8], json: bool) -> Result<()> {
    let name = path.display();
    let file = match SafeTensors::deserialize(bytes) {
        Ok(file) => file,
        Err(error) if path.extension().is_some_and(|extension| extension == EXTENSION) => {
            return Err(error).with_context(|| format!("{name} is not a valid safetensors file"));
        }
        Err(_) => bail!("{name} is not a checkpoint, a safetensors file or a PNG image"),
    };
    let (_, header) = SafeTensors::read_metadata(bytes)?;
    let metadata: BTreeMap<_, _> = header.metadata().iter().flatten().collect();
    let model = interop::import(bytes, None).ok().map(|state| Fingerprint::from_generator(&state));
    let mut tensors: Vec<_> = file.iter().collect();
    tensors.sort_by_key(|(name, _)| natural(name));
    if json {
        let tensor = |(name, view): &(&str, safetensors::tensor::TensorView)| json!({ "name": name, "dtype": format!("{:?}", view.dtype()), "shape": view.shape() });
        return print(json!({
            "kind": "safetensors",
            "file": name.to_string(),
            "model": model,
            "metadata": metadata,
            "tensors": tensors.iter().map(tensor).collect::<Vec<_>>(),
        }));
    }
    print(format_args!("{name}: safetensors, {}", count(file.len() as u64, "tensor")))?;
    if let Some(model) = model {
        print(format_args!("a generator: model {model}"))?;
    }
    for (key, value) in metadata {
        print(format_args!("  {key} = {value}"))?;
    }
    for (name, view) in tensors {
        let shape = format!("{:?}", view.shape());
        print(format_args!("  {name:30} {:4} {shape}", format!("{:?}", view.dtype())))?;
    }
    Ok(())
}

/// A key under which `main.2` comes before `main.10`.
fn natural(name: &str) -> Vec<(u64, String)> {
    name.split('.').map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned())).collect()
}
