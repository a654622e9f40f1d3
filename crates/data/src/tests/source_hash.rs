use std::fs::{self, File, OpenOptions};
use std::time::{Duration, SystemTime};

use super::Place;
use super::image_folder::png;
use crate::{Source, source_hash};

#[test]
fn a_source_hash_depends_on_names_lengths_and_times() {
    let place = Place::new();
    let path = place.put("cats/a.png", png(16, [1; 3]));
    let source = Source::at(&place.path("cats")).unwrap();
    let mut seen = vec![source_hash(&source).unwrap()];
    assert_eq!(source_hash(&source).unwrap(), seen[0]);
    let mut is_another = |what: &str| {
        let now = source_hash(&source).unwrap();
        assert!(!seen.contains(&now), "{what}");
        seen.push(now);
    };
    let file = OpenOptions::new().append(true).open(&path).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    file.set_modified(time).unwrap();
    is_another("time");
    std::io::Write::write_all(&mut &file, b"!").unwrap();
    file.set_modified(time).unwrap();
    is_another("length");
    fs::rename(&path, path.with_file_name("b.png")).unwrap();
    is_another("name");
    place.put("cats/deep/c.png", "");
    is_another("one more");
    // A set that is moved as a whole keeps its hash.
    let before = source_hash(&source).unwrap();
    fs::rename(place.path("cats"), place.path("felines")).unwrap();
    assert_eq!(source_hash(&Source::at(&place.path("felines")).unwrap()).unwrap(), before);

    let cats = |count, seed| source_hash(&Source::Synthetic { count, seed }).unwrap();
    assert!(cats(1, 2) == cats(1, 2) && cats(1, 2) != cats(2, 2) && cats(1, 2) != cats(1, 3));
    let array = Source::Npy(place.put("a.npy", "x"));
    let before = source_hash(&array).unwrap();
    File::options().append(true).open(place.path("a.npy")).unwrap().set_modified(time).unwrap();
    assert_ne!(source_hash(&array).unwrap(), before);
    assert!(source_hash(&Source::Npy(place.path("gone.npy"))).is_err());
}

/// Values of the first version: another hash would make every existing cache useless.
#[test]
fn caches_of_earlier_versions_remain_valid() {
    let place = Place::new();
    for name in ["set/old.png", "old.npy"] {
        let file = File::options().append(true).open(place.put(name, "old")).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    }
    let folder = "6ffe7ad4b911ea1b366e546e81f26914aed6cb123bb2fa6744e02e75f526ea28";
    let array = "9e4fa083892bda7ee6ca1494aff4757d5dc2054adaafc13f1cd27ae3315803b7";
    let cats = "f978ba69e996090b549fc42f5832b4210be39ca7bed45cb8853c9afcc30826da";
    for (source, expected) in [
        (Source::Folder(place.path("set")), folder),
        (Source::Npy(place.path("old.npy")), array),
        (Source::Idx(place.path("old.npy")), array),
        (Source::Synthetic { count: 1, seed: 2 }, cats),
    ] {
        let hash = source_hash(&source).unwrap().0;
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected, "{source}");
    }
}
