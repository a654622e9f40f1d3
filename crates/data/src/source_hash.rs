use std::fs::{self, Metadata};
use std::path::Path;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::{DataError, Source};

/// The version of how images are cropped and resized. Incrementing it changes every [`SourceHash`].
const CROP_RESIZE_VERSION: u32 = 1;

/// Detects that a set has changed on disk without reading an image: SHA-256 of the names, lengths and
/// modification times of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceHash(pub [u8; 32]);

/// The hash of the set at `source`.
///
/// # Errors
/// If the file that holds the set is gone.
pub fn source_hash(source: &Source) -> Result<SourceHash, DataError> {
    let mut hash = Sha256::new();
    hash.update(CROP_RESIZE_VERSION.to_le_bytes());
    source.format().hash(&mut hash)?;
    Ok(SourceHash(hash.finalize().into()))
}

/// Adds a set that is one file.
pub(crate) fn add_single_file(hash: &mut Sha256, path: &Path) -> Result<(), DataError> {
    let about = fs::metadata(path).map_err(DataError::reading(path))?;
    hash.update(b"file");
    add(hash, Path::new(path.file_name().unwrap_or_default()), Some(&about));
    Ok(())
}

/// Adds a file below `root`; if it has just disappeared, only its name.
pub(crate) fn add_file(hash: &mut Sha256, root: &Path, file: &Path) {
    add(hash, file.strip_prefix(root).unwrap_or(file), fs::metadata(file).ok().as_ref());
}

fn add(hash: &mut Sha256, name: &Path, about: Option<&Metadata>) {
    let name = name.as_os_str().as_encoded_bytes();
    hash.update((name.len() as u64).to_le_bytes());
    hash.update(name);
    let since = |about: &Metadata| about.modified().ok()?.duration_since(UNIX_EPOCH).ok();
    let nanoseconds = about.and_then(since).map_or(0, |since| since.as_nanos());
    hash.update(about.map_or(u64::MAX, Metadata::len).to_le_bytes());
    hash.update(nanoseconds.to_le_bytes());
}
