use rawzip::{CompressionMethod, ZipArchive};

use super::super::error::printable;
use super::state_dict::{NamedTensor, tensors};
use super::unpickle::unpickle;
use super::value::Heap;
use super::{InteropError, Storages, damaged, foreign};

/// What a zip archive begins with.
const ZIP: &[u8] = b"PK\x03\x04";

/// The entry with the description of the tensors, in a folder of any name.
const PICKLE: &str = "data.pkl";

pub(super) fn recognises(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP)
}

/// The tensors, and the numbers of each storage.
pub(super) fn read(bytes: &[u8]) -> Result<(Vec<NamedTensor>, Storages<'_>), InteropError> {
    let entries = entries(bytes)?;
    let Some(pickle) = entries.keys().find(|path| is_in_folder(path, PICKLE)) else {
        return Err(foreign("a zip archive, but not of `torch.save`"));
    };
    let folder = &pickle[..pickle.len() - PICKLE.len()];
    let entry = |name: &str| entries.get(&format!("{folder}{name}")).copied();
    if entry("constants.pkl").is_some() {
        return Err(foreign("a TorchScript program, whose weights are not read"));
    }
    if entry("byteorder") == Some(b"big") {
        return Err(foreign("a PyTorch file of a big-endian machine, which is not read"));
    }
    let mut heap = Heap::new();
    let root = unpickle(&mut entry(PICKLE).unwrap_or_default(), &mut heap)?;
    let named = tensors(&mut heap, root)?;
    let data = format!("{folder}data/");
    let storages = entries
        .iter()
        .filter_map(|(path, data_of)| Some((path.strip_prefix(&data)?.to_owned(), *data_of)));
    Ok((named, storages.collect()))
}

/// Whether a path is this name, in one folder at most.
fn is_in_folder(path: &str, name: &str) -> bool {
    let folder = path.strip_suffix(name);
    folder.is_some_and(|folder| folder.is_empty() || folder.find('/') == Some(folder.len() - 1))
}

/// The content of each entry by its path, checked against its checksum.
fn entries(bytes: &[u8]) -> Result<Storages<'_>, InteropError> {
    let unreadable = |error: rawzip::Error| {
        damaged(format!("its zip archive cannot be read ({})", printable(&error.to_string())))
    };
    let archive = ZipArchive::from_slice(bytes).map_err(unreadable)?;
    let (mut found, mut size) = (Storages::new(), 0);
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().map_err(unreadable)? {
        let path = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
        let name = super::super::error::quoted(&path);
        if entry.compression_method() != CompressionMethod::STORE {
            return Err(foreign(format!(
                "its entry {name} is compressed, which PyTorch does not do"
            )));
        }
        let content = archive.get_entry(entry.wayfinder()).map_err(unreadable)?;
        let data = range(bytes, content.compressed_data_range())
            .ok_or_else(|| damaged(format!("its entry {name} lies outside of it")))?;
        // Each byte belongs to one entry, so that none is checked again and again.
        size += data.len();
        if size > bytes.len() {
            return Err(damaged("its entries overlap"));
        }
        if crc32fast::hash(data) != entry.crc32() {
            return Err(damaged(format!("its entry {name} does not match its checksum")));
        }
        found.insert(path, data);
    }
    Ok(found)
}

fn range(bytes: &[u8], (start, end): (u64, u64)) -> Option<&[u8]> {
    bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}
