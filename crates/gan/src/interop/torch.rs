//! Files of `torch.save`, without Python: a pickle that describes the tensors, and their numbers beside it.
//!
//! | since | container |
//! |---|---|
//! | PyTorch 1.6 | a zip [`archive`] |
//! | PyTorch 0.1.10 | a [`stream`] of pickles, then the numbers |
//!
//! A pickle is a program for a stack machine. [`unpickle`] knows its instructions; [`call`] is the fixed list of
//! functions that have a meaning here, and all others are names that do nothing. [`state_dict`] walks through what
//! has been built. None of it takes memory that a number in the file asks for.

use super::error::InteropError;
use super::file::WeightsFile;
use super::tensor::Tensor;
use state_dict::NamedTensor;
use std::collections::BTreeMap;

mod archive;
mod call;
mod input;
mod state_dict;
mod stream;
mod unpickle;
mod value;

const CONTAINER: &str = "PyTorch";

/// The numbers of each storage, by its key.
type Storages<'a> = BTreeMap<String, &'a [u8]>;

/// The tensors of a file of `torch.save`; `None` for other files.
pub(super) fn open(bytes: &[u8]) -> Option<Result<WeightsFile<'_>, InteropError>> {
    let read = if archive::recognises(bytes) {
        archive::read(bytes)
    } else if stream::recognises(bytes) {
        stream::read(bytes)
    } else if bytes.starts_with(unpickle::MAGIC) {
        Err(foreign("a pickle, but not of `torch.save`"))
    } else {
        return None;
    };
    Some(read.and_then(|(named, storages)| {
        let tensors: Result<Vec<_>, _> =
            named.into_iter().map(|tensor| resolve(tensor, &storages)).collect();
        let tensors = tensors?;
        if tensors.is_empty() {
            return Err(foreign("a PyTorch file without a tensor"));
        }
        Ok(WeightsFile::new(CONTAINER, Vec::new(), tensors, bytes.len()))
    }))
}

/// A tensor with the numbers that belong to it.
fn resolve<'a>(
    NamedTensor { name, tensor }: NamedTensor,
    storages: &Storages<'a>,
) -> Result<Tensor<'a>, InteropError> {
    let within = || format!("the tensor {} lies outside its storage", super::error::quoted(&name));
    let value::TensorRef { storage, dtype, offset, shape, strides } = tensor;
    let numbers = storages.get(&storage.key).ok_or_else(|| {
        damaged(format!("the numbers of the tensor {} are missing", super::error::quoted(&name)))
    })?;
    if Some(numbers.len()) != storage.byte_len() {
        return Err(damaged(within()));
    }
    // Complex and quantised tensors keep their names, for the list.
    let size = dtype.size().unwrap_or(0);
    let start = offset.checked_mul(size).ok_or_else(|| damaged(within()))?;
    let numbers = numbers.get(start..).ok_or_else(|| damaged(within()))?;
    let found = Tensor::new(name.clone(), dtype, shape, strides, numbers);
    found.ok_or_else(|| damaged(within()))
}

fn damaged(why: impl Into<String>) -> InteropError {
    InteropError::Damaged { container: CONTAINER, why: why.into() }
}

fn foreign(what: impl Into<String>) -> InteropError {
    InteropError::Foreign(what.into())
}
