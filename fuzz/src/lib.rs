//! What the targets that read from files share.

use std::io::Write;
use std::path::{Path, PathBuf};

use dcgan_data::{Shape, Source, Version, load, survey};

/// Gives a file of these bytes to `read`.
pub fn in_a_file(bytes: &[u8], read: impl FnOnce(&Path)) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("room for the input");
    read(file.path());
}

/// Reads a file of these bytes as training would.
pub fn load_all(bytes: &[u8], source: impl FnOnce(PathBuf) -> Source) {
    in_a_file(bytes, |path| {
        let source = source(path.to_owned());
        let shape = Shape { side: 4, channels: 1 };
        let read = survey(&source).and_then(|_| load(&source, shape, &|_, _| ()));
        if let Err(error) = read {
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    });
}

/// The pictures that the target `cache` asks for.
pub const SHAPE: Shape = Shape { side: 4, channels: 3 };

/// And of which set.
pub const VERSION: Version = Version([1; 32]);
