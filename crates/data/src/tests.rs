mod awkward;
mod batches;
mod blocks;
mod broken;
mod cache;
mod drawn;
mod examine;
mod fit;
mod folder;
mod idx;
mod npy;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{DataError, Pictures, Report, Shape, Source, Survey, load, survey};

/// A folder of its own for a test.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders above it.
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn all(&self) -> &Path {
        self.0.path()
    }
}

fn shape(side: usize, channels: usize) -> Shape {
    Shape { side, channels }
}

fn load_at(path: &Path, shape: Shape) -> Result<(Pictures, Report), DataError> {
    load(&Source::at(path)?, shape, &|_, _| ())
}

fn survey_at(path: &Path) -> Result<Survey, DataError> {
    survey(&Source::at(path)?)
}

/// What the user is told, which must be one line.
fn told<T: std::fmt::Debug>(result: Result<T, DataError>) -> String {
    let text = result.unwrap_err().to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

/// That all of the parts are in the message.
#[track_caller]
fn assert_tells(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}
