use std::fs::{self, Metadata};
use std::path::Path;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::folder::Listing;
use crate::{DataError, Source};

/// How pictures are cut and resized. Another number makes every [`Version`] another.
const FITTED: u32 = 1;

/// What tells whether a set has changed on the disk, without reading a picture: SHA-256 of the names,
/// lengths and times of change of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub [u8; 32]);

/// The version of what lies at `source`. A file that is changed while this looks makes it another.
///
/// # Errors
/// If it cannot be looked at.
pub fn version(source: &Source) -> Result<Version, DataError> {
    let mut hash = Sha256::new();
    hash.update(FITTED.to_le_bytes());
    match source {
        Source::Folder(folder) => {
            hash.update(b"folder");
            for file in Listing::of(folder).files {
                let name = file.strip_prefix(folder).unwrap_or(&file);
                one(&mut hash, name, fs::metadata(&file).ok().as_ref());
            }
        }
        Source::Npy(path) | Source::Idx(path) => {
            let about = fs::metadata(path).map_err(DataError::reading(path))?;
            hash.update(b"file");
            one(&mut hash, Path::new(path.file_name().unwrap_or_default()), Some(&about));
        }
        Source::Drawn { count, seed } => {
            hash.update(b"drawn");
            hash.update((*count as u64).to_le_bytes());
            hash.update(seed.to_le_bytes());
        }
    }
    Ok(Version(hash.finalize().into()))
}

/// Adds a file; of one that has just gone its name.
fn one(hash: &mut Sha256, name: &Path, about: Option<&Metadata>) {
    let name = name.as_os_str().as_encoded_bytes();
    hash.update((name.len() as u64).to_le_bytes());
    hash.update(name);
    let since = |about: &Metadata| about.modified().ok()?.duration_since(UNIX_EPOCH).ok();
    let nanoseconds = about.and_then(since).map_or(0, |since| since.as_nanos());
    hash.update(about.map_or(u64::MAX, Metadata::len).to_le_bytes());
    hash.update(nanoseconds.to_le_bytes());
}
