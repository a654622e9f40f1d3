use std::path::Path;

use super::pack::{DEFLATED, STORED, packed, zip};
use crate::Classes;
use crate::tests::image_folder::png;
use crate::tests::{Place, load_at, shape};

fn classes_at(path: &Path) -> Option<(Vec<String>, Vec<usize>)> {
    let (_, report) = load_at(path, shape(16, 3)).unwrap();
    let classes = Classes::of(&report)?;
    let counts = classes.names.iter().enumerate();
    let counts = counts.map(|(i, _)| classes.labels.iter().filter(|&&label| label == i).count());
    assert_eq!(classes.counts(), counts.collect::<Vec<_>>());
    Some((classes.names, classes.labels))
}

fn found(names: &[&str], labels: &[usize]) -> Option<(Vec<String>, Vec<usize>)> {
    Some((names.iter().map(|name| (*name).to_owned()).collect(), labels.to_vec()))
}

/// Each set as a folder, as an archive, and as an archive in an archive.
#[test]
fn classes_are_the_folders_that_divide_a_set() {
    for (files, expected) in [
        (&["cats/1.png", "cats/2.png", "dogs/1.png"][..], found(&["cats", "dogs"], &[0, 0, 1])),
        (&["set/a/x/1.png", "set/b/1.png", "set/b/2.png"], found(&["a", "b"], &[0, 1, 1])),
        (&["a/1.png", "b/1.png", "c.png"], None),
        (&["a/1.png", "a/2.png"], None),
        (&["1.png", "2.png"], None),
        (&["1.png"], None),
        (&["a/b/1.png"], None),
    ] {
        let place = Place::new();
        for file in files {
            place.put(&format!("set: 1/{file}"), png(16, [9; 3]));
        }
        assert_eq!(classes_at(&place.path("set: 1")), expected, "{files:?}");
        let files_packed: Vec<_> =
            files.iter().map(|name| packed(name, png(16, [9; 3]), DEFLATED)).collect();
        let archive = zip(&files_packed);
        assert_eq!(classes_at(&place.put("1/a.zip", &archive)), expected, "zip of {files:?}");
        let nested = zip(&[packed("in/a.zip", archive, STORED)]);
        assert_eq!(classes_at(&place.put("2/b.zip", nested)), expected, "nested zip of {files:?}");
    }
}

/// The archives of a set are not its classes.
#[test]
fn archives_divide_nothing() {
    let place = Place::new();
    for shard in ["0.zip", "1.zip"] {
        let packed = packed(format!("{shard}.png"), png(16, [9; 3]), DEFLATED);
        place.put(shard, zip(&[packed]));
    }
    assert_eq!(classes_at(place.all()), None);
}
