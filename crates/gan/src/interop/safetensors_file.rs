use safetensors::SafeTensors;

use super::dtype::Dtype;
use super::error::InteropError;
use super::file::WeightsFile;
use super::tensor::Tensor;

const CONTAINER: &str = "safetensors";

/// Whether `bytes` begin like a safetensors file: a length, and an object of JSON of that length.
pub(super) fn recognises(bytes: &[u8]) -> bool {
    bytes.get(8) == Some(&b'{')
}

pub(super) fn open(bytes: &[u8]) -> Result<WeightsFile<'_>, InteropError> {
    let damaged = |why: String| InteropError::Damaged { container: CONTAINER, why };
    let unreadable = |error| {
        // The library puts names of the file into its words.
        let error = super::error::printable(&format!("{error}"));
        damaged(format!("its header does not describe its {} bytes ({error})", bytes.len()))
    };
    let file = SafeTensors::deserialize(bytes).map_err(unreadable)?;
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
    let pairs = header.metadata().iter().flatten();
    let mut metadata: Vec<_> = pairs.map(|(key, value)| (key.clone(), value.clone())).collect();
    metadata.sort();
    let mut tensors = Vec::new();
    for (name, view) in file.tensors() {
        let (dtype, shape) = (dtype(view.dtype()), view.shape().to_vec());
        let short = || damaged(format!("{} has too few bytes", super::error::quoted(&name)));
        let tensor = Tensor::contiguous(name.clone(), dtype, shape, view.data());
        tensors.push(tensor.ok_or_else(short)?);
    }
    Ok(WeightsFile::new(CONTAINER, metadata, tensors, bytes.len()))
}

fn dtype(dtype: safetensors::Dtype) -> Dtype {
    use safetensors::Dtype as Theirs;
    match dtype {
        Theirs::F16 => Dtype::F16,
        Theirs::BF16 => Dtype::BF16,
        Theirs::F32 => Dtype::F32,
        Theirs::F64 => Dtype::F64,
        Theirs::I8 => Dtype::I8,
        Theirs::I16 => Dtype::I16,
        Theirs::I32 => Dtype::I32,
        Theirs::I64 => Dtype::I64,
        Theirs::U8 => Dtype::U8,
        Theirs::U16 => Dtype::U16,
        Theirs::U32 => Dtype::U32,
        Theirs::U64 => Dtype::U64,
        other => Dtype::Other(format!("{other:?}")),
    }
}
