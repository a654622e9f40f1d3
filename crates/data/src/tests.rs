mod archives;
mod batches;
mod blocks;
mod broken;
mod crop_resize;
mod edge_cases;
mod examine;
mod exclusions;
mod idx;
mod image_cache;
mod image_folder;
mod levels;
mod npy;
mod npy_images;
mod own_files;
mod pnm;
mod sample;
mod source_hash;
mod store;
mod synthetic;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{DataError, Images, Report, Shape, Source, Survey, few_images, load, shown, survey};

/// A temporary folder for one test.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and creates the folders above it.
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

fn load_at(path: &Path, shape: Shape) -> Result<(Images, Report), DataError> {
    load(&Source::at(path)?, shape, &|_, _| ())
}

fn survey_at(path: &Path) -> Result<Survey, DataError> {
    survey(&Source::at(path)?)
}

/// The error's message, which must be one line.
fn message<T: std::fmt::Debug>(result: Result<T, DataError>) -> String {
    let text = result.unwrap_err().to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

/// Asserts that the message contains all parts.
#[track_caller]
fn assert_contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn small_images_are_enlarged_little_by_default() {
    let size = |side| Survey { images: 1, channels: 3, side }.default_image_size();
    assert_eq!([1, 16, 28, 32, 33, 64, 1000].map(size), [16, 16, 32, 32, 64, 64, 64]);
}

#[test]
fn a_sample_is_spread_over_the_whole_set() {
    let sample = |total, count| crate::sample_indices(total, count).collect::<Vec<_>>();
    assert_eq!(sample(10, 4), [0, 2, 5, 7]);
    assert_eq!(sample(3, 4), [0, 1, 2]);
    assert_eq!((sample(0, 4), sample(4, 0)), (vec![], vec![]));
    let images = Images::new(shape(1, 1), vec![0; 10]);
    assert!(images.sample_indices(4).eq([0, 2, 5, 7]));
}

#[test]
fn no_character_of_a_path_moves_the_cursor() {
    let name = "a\u{1b}[31m\r\n\t\u{7f}\u{9b}2J\u{2028}\u{202e}gpj.png";
    let text = shown(name).to_string();
    assert_eq!(text, r"a\u{1b}[31m\r\n\t\u{7f}\u{9b}2J\u{2028}\u{202e}gpj.png");
    assert_eq!(shown("Kätzchen 猫 'a'\\.png").to_string(), "Kätzchen 猫 'a'\\.png");
}

#[test]
fn a_small_set_has_a_warning_that_counts() {
    let starts = |images, text: &str| few_images(images).is_some_and(|all| all.starts_with(text));
    assert!(starts(1, "only 1 image: ") && starts(499, "only 499 images: "));
    assert_eq!((few_images(500), few_images(10_000)), (None, None));
}
