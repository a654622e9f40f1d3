//! Parquet, read only by builds with that feature.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Source;
use crate::tests::{Place, assert_contains, message};

fn table(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parquet").join(name)
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_table_is_refused_with_the_feature_to_build_with() {
    let advice = "is a Parquet file, which is not read; build dcgan with `--features parquet`";
    assert_contains(&message(Source::at(&table("snappy.parquet"))), &[advice]);
    let place = Place::new();
    fs::copy(table("zstd.parquet"), place.path("a.parquet")).unwrap();
    assert_contains(
        &message(crate::survey(&Source::at(place.all()).unwrap())),
        &["1 Parquet file (build dcgan with `--features parquet`"],
    );
}

#[cfg(feature = "parquet")]
mod with_the_feature {
    use dcgan_mutate::{Draws, mutated};

    use super::*;
    use crate::tests::{load_at, shape};
    use crate::{Exclusion, load};

    fn levels(path: &Path) -> Vec<u8> {
        let (images, _) = load_at(path, shape(16, 3)).unwrap();
        (0..images.len()).map(|i| images.get(i)[0]).collect()
    }

    #[test]
    fn the_images_of_a_table_are_those_of_its_rows() {
        for name in ["snappy.parquet", "zstd.parquet"] {
            let path = table(name);
            assert_eq!(levels(&path), [1, 3, 5, 7], "{name}");
            let (_, report) = load_at(&path, shape(16, 3)).unwrap();
            let names: Vec<_> =
                report.files.iter().map(|file| file.path().display().to_string()).collect();
            assert_eq!(names[2], format!("{}: row 4", path.display()));
            assert_eq!(report.excluded[0].why, Exclusion::NotAnImage);
            assert!(report.skipped[0].path.to_string_lossy().ends_with(": row 5"));
        }
        assert_eq!(levels(&table("binary.parquet")), [8, 9]);
        let text = message(Source::at(&table("texts.parquet")));
        assert_contains(&text, &["texts.parquet: has no column of images"]);
        // A folder of tables, as it is downloaded.
        let place = Place::new();
        place.put("README.md", "a card");
        for (i, name) in ["snappy.parquet", "binary.parquet"].into_iter().enumerate() {
            let copy = place.put(&format!("data/train-0000{i}-of-00002.parquet"), "");
            fs::copy(table(name), copy).unwrap();
        }
        assert_eq!(levels(place.all()), [1, 3, 5, 7, 8, 9]);
    }

    #[test]
    fn a_damaged_table_is_refused_in_one_line() {
        let place = Place::new();
        let whole = fs::read(table("snappy.parquet")).unwrap();
        let mut refused = 0;
        for i in 0..300 {
            let path = place.put("a.parquet", mutated(&whole, &mut Draws::new(1, i)));
            let read = Source::at(&path)
                .and_then(|source| load(&source, shape(16, 3), &|_, _| ()).map(drop));
            if let Err(error) = read {
                let text = error.to_string();
                assert!(text.contains("a.parquet") && !text.contains('\n'), "{i}: {text}");
                refused += 1;
            }
        }
        assert!(refused > 50, "only {refused} were refused");
    }
}
