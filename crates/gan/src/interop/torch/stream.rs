use std::collections::BTreeMap;

use super::state_dict::{NamedTensor, tensors};
use super::unpickle::{MAGIC as PICKLE, unpickle};
use super::value::{Heap, StorageRef, Value};
use super::{InteropError, Storages, damaged, foreign};

/// The number with which the first pickle identifies the format, as pickles have it.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// Bytes in which it lies, whichever protocol is used.
const START: usize = 32;

/// The version of the format.
const VERSION: i64 = 1001;

pub(super) fn recognises(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(START)];
    start.starts_with(PICKLE) && start.windows(MAGIC.len()).any(|window| window == MAGIC)
}

/// The tensors, and the numbers of each storage: pickles of the magic number, the version, the machine, what was
/// saved, and the keys of the storages; then the numbers, in the order of the keys.
pub(super) fn read(bytes: &[u8]) -> Result<(Vec<NamedTensor>, Storages<'_>), InteropError> {
    let (mut rest, mut heap) = (bytes, Heap::new());
    unpickle(&mut rest, &mut heap)?;
    match unpickle(&mut rest, &mut heap)? {
        Value::Int(VERSION) => {}
        _ => return Err(foreign("a PyTorch file of an unknown version")),
    }
    let machine = unpickle(&mut rest, &mut heap)?;
    if let Some(Value::Bool(false)) = heap.item(machine, "little_endian") {
        return Err(foreign("a PyTorch file of a big-endian machine, which is not read"));
    }
    let root = unpickle(&mut rest, &mut heap)?;
    let keys = unpickle(&mut rest, &mut heap)?;
    let keys = heap.elements(keys).ok_or_else(|| damaged("it does not list its storages"))?;
    let mut storages = Storages::new();
    let described = heap.storages().map(|storage| (storage.key.as_str(), storage)).collect();
    for key in keys {
        let key = match key {
            Value::Str(key) => (*key).to_owned(),
            Value::Int(key) => key.to_string(),
            _ => return Err(damaged("it does not list its storages")),
        };
        let numbers = numbers(&described, &key, &mut rest)?;
        storages.insert(key, numbers);
    }
    let named = tensors(&mut heap, root)?;
    Ok((named, storages))
}

/// The bytes of the storage that `rest` begins with, after their number.
fn numbers<'a>(
    described: &BTreeMap<&str, &StorageRef>,
    key: &str,
    rest: &mut &'a [u8],
) -> Result<&'a [u8], InteropError> {
    let storage =
        described.get(key).ok_or_else(|| damaged("no tensor needs one of its storages"))?;
    let cut = || damaged("it is cut short");
    let (len, numbers) = rest.split_first_chunk().ok_or_else(cut)?;
    if u64::from_le_bytes(*len) != storage.len as u64 {
        return Err(damaged("a storage has another length than its description"));
    }
    let bytes = storage.byte_len().and_then(|bytes| numbers.split_at_checked(bytes));
    let (numbers, after) = bytes.ok_or_else(cut)?;
    *rest = after;
    Ok(numbers)
}
