//! Shared by the targets that read files.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dcgan_data::{DataError, Receiver, Shape, Source, SourceHash, load, read, survey};

/// Calls `read` with the path of a file of these bytes.
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

/// Decodes an image file of these bytes in little memory.
pub fn decode(bytes: &[u8]) {
    in_a_file(bytes, |path| decode_from(Ok(Source::Folder(path.to_owned()))));
}

/// Decodes the images in an archive of these bytes in little memory.
pub fn unpack(bytes: &[u8]) {
    in_a_file(bytes, |path| decode_from(Source::at(path)));
}

fn decode_from(source: Result<Source, DataError>) {
    let shape = Shape { side: 4, channels: 3 };
    let read = source.and_then(|source| {
        survey(&source)?;
        read(&source, shape, &|_, _| (), &mut Discarded)
    });
    if let Err(error) = read {
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

struct Discarded;

impl Receiver for Discarded {
    fn take(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn room(&mut self, _: u64) -> io::Result<u64> {
        Ok(16 << 20)
    }
}

/// The shape that the target `cache` requests.
pub const SHAPE: Shape = Shape { side: 4, channels: 3 };

/// The set that the target `cache` requests.
pub const SOURCE: SourceHash = SourceHash([1; 32]);
