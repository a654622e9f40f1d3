//! Archives in folders, and when they are read again.

use std::fs::File;
use std::io;
use std::time::{Duration, SystemTime};

use super::pack::{DEFLATED, STORED, packed, tar, zip};
use super::{cat, excluded, png};
use crate::tests::{Place, assert_contains, load_at, message, shape, survey_at};
use crate::{Exclusion, Receiver, Source, read, source_hash};

#[test]
fn a_folder_that_only_holds_archives_is_all_of_them() {
    let place = Place::new();
    place.put("b.zip", zip(&[packed("1.png", png(16, [2; 3]), STORED)]));
    place.put("deep/a.tar", tar(&[packed("1.png", png(16, [3; 3]), STORED)]));
    place.put("a.zip", zip(&[packed("1.png", png(16, [1; 3]), DEFLATED)]));
    place.put("LICENSE.txt", "free");
    place.put(".hidden.zip", "PK");
    let (images, report) = load_at(place.all(), shape(16, 1)).unwrap();
    assert_eq!([0, 1, 2].map(|i| images.get(i)[0]), [1, 2, 3]);
    assert_eq!(report.skipped.len(), 0);
    let left_out = excluded(load_at(place.all(), shape(16, 1)));
    assert_eq!(left_out, [Exclusion::HiddenFile, Exclusion::NotAnImage]);
    // One that is damaged is not passed over: with it, a part of the set would be missing.
    place.put("c.zip", "PK\x03\x04 and no more");
    assert_contains(&message(survey_at(place.all())), &["c.zip: is a zip archive that is cut off"]);
}

#[test]
fn beside_images_an_archive_is_left_out() {
    let place = Place::new();
    let inner = zip(&[packed("1.png", png(16, [2; 3]), STORED)]);
    place.put("backup.zip", &inner);
    place.put("backup.tar", tar(&[packed("1.png", png(16, [2; 3]), STORED)]));
    // Whatever the image is called, and even if it is broken.
    for image in ["deep/1.png", "deep/photo", "deep/broken.jpg"] {
        let path = place.put(image, if image.ends_with("jpg") { vec![] } else { png(16, [1; 3]) });
        assert!(matches!(Source::at(place.all()).unwrap(), Source::Folder(_)), "{image}");
        std::fs::remove_file(path).unwrap();
    }
    place.put("deep/1.png", png(16, [1; 3]));
    let (images, report) = load_at(place.all(), shape(16, 1)).unwrap();
    assert_eq!((images.len(), images.get(0)[0], report.skipped.len()), (1, 1, 0));
    let expected = ["tar archive", "zip archive"].map(Exclusion::Container);
    assert_eq!(excluded(load_at(place.all(), shape(16, 1))), expected);
    // In an archive as well.
    let both = [packed("in.zip", inner, STORED), packed("1.png", png(16, [1; 3]), STORED)];
    let path = place.put("a.zip", zip(&both));
    assert_eq!(excluded(load_at(&path, shape(16, 1))), [Exclusion::Container("zip archive")]);
}

#[test]
fn the_hash_of_archives_is_that_of_their_files() {
    let place = Place::new();
    let path = place.put("set/a.zip", zip(&[packed("1.png", png(16, [1; 3]), STORED)]));
    let of = |path: &std::path::Path| source_hash(&Source::at(path).unwrap()).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let set_time = || File::options().append(true).open(&path).unwrap().set_modified(time).unwrap();
    for path in [path.clone(), place.path("set")] {
        let before = of(&path);
        assert_eq!(of(&path), before);
        set_time();
        assert_ne!(of(&path), before);
        place.put("set/a.zip", zip(&[packed("1.png", png(16, [1; 3]), DEFLATED)]));
    }
    let before = of(&place.path("set"));
    place.put("set/b.zip", zip(&[packed("1.png", png(16, [1; 3]), STORED)]));
    assert_ne!(of(&place.path("set")), before);
}

/// Has little memory for decoding.
struct Limited(u64);

impl Receiver for Limited {
    fn take(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn room(&mut self, _: u64) -> io::Result<u64> {
        Ok(self.0)
    }
}

#[test]
fn a_compressed_file_counts_as_memory_for_decoding() {
    let place = Place::new();
    // The bytes behind the end are no part of the image, but of the file.
    let bytes = [cat(1, image::ImageFormat::Png), vec![0; 3 << 20]].concat();
    for (name, method, fits) in [("a.zip", STORED, true), ("b.zip", DEFLATED, false)] {
        let path = place.put(name, zip(&[packed("a.png", &bytes, method)]));
        let source = Source::at(&path).unwrap();
        let read = |room| read(&source, shape(16, 3), &|_, _| (), &mut Limited(room));
        assert_eq!(read(2 << 20).is_ok(), fits, "{name}");
        assert!(read(8 << 20).is_ok(), "{name}");
        if !fits {
            assert_contains(&message(read(2 << 20)), &["a.png: needs 4 MB to decode"]);
        }
    }
    // What is no image takes none.
    let files =
        [packed("a.png", &bytes[..400], DEFLATED), packed("a.csv", &bytes[900..], DEFLATED)];
    let source = Source::at(&place.put("c.zip", zip(&files))).unwrap();
    let report = read(&source, shape(16, 3), &|_, _| (), &mut Limited(1 << 20));
    assert!(report.unwrap_err().to_string().contains("and 1 non-image file"));
}

/// A folder may have more shards than a process may open files.
#[cfg(unix)]
#[test]
fn no_archive_stays_open() {
    let place = Place::new();
    for (name, bytes) in [
        ("a.zip", zip(&[packed("1.png", png(16, [1; 3]), DEFLATED)])),
        ("b.zip", zip(&[packed("1.png", png(16, [1; 3]), STORED)])),
        ("c.tar", tar(&[packed("1.png", png(16, [1; 3]), STORED)])),
    ] {
        let path = place.put(name, &bytes);
        let source = Source::at(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_contains(&message(crate::survey(&source)), &["1.png: No such file"]);
        place.put(name, bytes);
        assert_eq!(crate::survey(&source).unwrap().images, 1);
    }
}
