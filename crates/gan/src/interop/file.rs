use super::dtype::Dtype;
use super::error::InteropError;
use super::tensor::Tensor;
use crate::checkpoint;

/// The tensors of a file of weights.
#[derive(Clone, Debug)]
pub struct WeightsFile<'a> {
    container: &'static str,
    metadata: Vec<(String, String)>,
    pub(super) tensors: Vec<Tensor<'a>>,
    /// Its size in bytes.
    pub(super) size: usize,
}

/// What a file begins with that people take for weights, and what it is.
const FOREIGN: [(&[u8], &str); 7] = [
    (checkpoint::MAGIC, "a checkpoint of dcgan, not weights of PyTorch"),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS, not the file itself; fetch it with `git lfs pull`",
    ),
    (
        b"\x08\x07\x12\x05dcgan",
        "an ONNX file of dcgan, which is not read; name what it was exported from",
    ),
    (b"<", "a web page or XML, not weights"),
    (b"\x89HDF\r\n", "an HDF5 file, which is not read"),
    (b"\x1f\x8b", "compressed with gzip; decompress it first"),
    (b"", "neither a checkpoint of dcgan nor weights from PyTorch"),
];

impl<'a> WeightsFile<'a> {
    /// Opens a safetensors file or a file of `torch.save`, told apart by their content. No code of a file is
    /// executed.
    ///
    /// # Errors
    /// If it is something else, or damaged.
    pub fn open(bytes: &'a [u8]) -> Result<Self, InteropError> {
        #[cfg(feature = "safetensors")]
        if super::safetensors_file::recognises(bytes) {
            return super::safetensors_file::open(bytes);
        }
        #[cfg(feature = "torch")]
        if let Some(opened) = super::torch::open(bytes) {
            return opened;
        }
        if bytes.is_empty() {
            return Err(InteropError::Foreign("an empty file".to_owned()));
        }
        if bytes.starts_with(b"DCGANGEN") {
            return Err(InteropError::GenFile);
        }
        let mut foreign = FOREIGN.iter().filter(|(magic, _)| bytes.starts_with(magic));
        let what = foreign.next().map_or("", |(_, what)| what);
        Err(InteropError::Foreign(what.to_owned()))
    }

    #[cfg(any(feature = "safetensors", feature = "torch"))]
    pub(super) fn new(
        container: &'static str,
        metadata: Vec<(String, String)>,
        mut tensors: Vec<Tensor<'a>>,
        size: usize,
    ) -> Self {
        tensors.sort_by_cached_key(|tensor| natural(&tensor.name));
        Self { container, metadata, tensors, size }
    }

    /// What kind of file it is.
    pub fn container(&self) -> &'static str {
        self.container
    }

    /// What the file says of itself, as keys and values in alphabetical order.
    pub fn metadata(&self) -> &[(String, String)] {
        &self.metadata
    }

    /// Name, type and shape of each tensor, in the order of their names.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = (&str, &Dtype, &[usize])> {
        self.tensors.iter().map(|tensor| (tensor.name.as_str(), &tensor.dtype, &*tensor.shape))
    }
}

/// A key under which `main.2` comes before `main.10`.
#[cfg(any(feature = "safetensors", feature = "torch"))]
fn natural(name: &str) -> Vec<(u64, String)> {
    name.split('.').map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned())).collect()
}
