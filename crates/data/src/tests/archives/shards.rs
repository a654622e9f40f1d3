//! WebDataset and CIFAR.

use image::ImageFormat::{Jpeg, Png};

use super::pack::{DEFLATED, STORED, gzip, packed, tar, zip};
use super::{cat, excluded, files};
use crate::tests::{Place, assert_contains, load_at, message, shape, survey_at};
use crate::{Exclusion, Survey};

#[test]
fn the_labels_of_a_webdataset_are_no_surprise() {
    let place = Place::new();
    let sample = |i: u8| {
        let name = |extension: &str| format!("{i:06}.{extension}");
        [
            packed(name("jpg"), cat(i, Jpeg), STORED),
            packed(name("cls"), "3", STORED),
            packed(name("json"), "{}", STORED),
            packed(name("seg.npy"), "\u{93}NUMPY", STORED),
        ]
    };
    let shard = |range: std::ops::Range<u8>| tar(&range.flat_map(sample).collect::<Vec<_>>());
    place.put("shards/train-0001.tar", shard(3..5));
    place.put("shards/train-0000.tar", shard(1..3));
    let whole = place.put("whole.tar", shard(1..5));
    let (images, report) = load_at(&place.path("shards"), shape(16, 3)).unwrap();
    assert_eq!((images.len(), report.excluded.len(), report.skipped.len()), (4, 0, 0));
    assert!(images == load_at(&whole, shape(16, 3)).unwrap().0);
    // A file without an image of its name is still reported.
    let odd = [packed("a.jpg", cat(1, Jpeg), STORED), packed("b.cls", "3", STORED)];
    let path = place.put("odd.tar", tar(&odd));
    assert_eq!(excluded(load_at(&path, shape(16, 3))), [Exclusion::NotAnImage]);
}

/// A file of CIFAR with images of one colour, and the colours.
fn batch(labels: &[u8], colours: std::ops::Range<u8>) -> Vec<u8> {
    let planes = |i: u8| [[i; 1024], [2 * i; 1024], [255 - i; 1024]].concat();
    colours.flat_map(|i| [labels, &planes(i)].concat()).collect()
}

#[test]
fn the_binary_files_of_cifar_are_images() {
    let place = Place::new();
    let ten = |range| batch(&[9], range);
    let hundred = |range| batch(&[19, 99], range);
    let colours = |path: &std::path::Path| {
        let (images, report) = load_at(path, shape(32, 3)).unwrap();
        assert_eq!(report.formats["CIFAR"], images.len());
        (0..images.len())
            .map(|i| {
                let image = images.get(i);
                assert!(image.chunks(3).all(|pixel| pixel == &image[..3]));
                assert_eq!(image[1..3], [2 * image[0], 255 - image[0]]);
                image[0]
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(colours(&place.put("one.bin", ten(5..9))), [5, 6, 7, 8]);
    assert_eq!(colours(&place.put("train.bin", hundred(5..9))), [5, 6, 7, 8]);
    for (name, bytes) in [
        ("data_batch_2.bin", ten(3..5)),
        ("data_batch_1.bin", ten(1..3)),
        ("test_batch.bin", ten(90..99)),
        ("batches.meta.txt", b"airplane".to_vec()),
        ("readme.html", b"<html>".to_vec()),
    ] {
        place.put(&format!("cifar-10-batches-bin/{name}"), bytes);
    }
    let folder = place.path("cifar-10-batches-bin");
    assert_eq!(colours(&folder), [1, 2, 3, 4]);
    assert_eq!(survey_at(&folder).unwrap(), Survey { images: 4, channels: 3, side: 32 });
    let left_out = excluded(load_at(&folder, shape(32, 3)));
    assert_eq!(left_out, [Exclusion::NotAnImage, Exclusion::NotAnImage, Exclusion::TestPart]);
    // The part for tests is read if it is named, or alone.
    assert_eq!(colours(&folder.join("test_batch.bin")).len(), 9);
    let packed = |method| {
        ["data_batch_2.bin", "test_batch.bin", "data_batch_1.bin"].map(|name| {
            let bytes = std::fs::read(folder.join(name)).unwrap();
            packed(format!("cifar-10-batches-bin/{name}"), bytes, method)
        })
    };
    let archive = place.put("cifar-10-binary.tar.gz", gzip(&tar(&packed(STORED))));
    assert_eq!(colours(&archive), [1, 2, 3, 4]);
    assert_eq!(colours(&place.put("cifar.zip", zip(&packed(DEFLATED)))), [1, 2, 3, 4]);
    let (_, report) = load_at(&archive, shape(32, 3)).unwrap();
    let name = report.files[3].path().display().to_string();
    let end = "tar.gz: cifar-10-batches-bin/data_batch_2.bin: image 1";
    assert!(name.ends_with(end), "{name}");
}

#[test]
fn other_binary_files_are_not_taken_for_cifar() {
    let place = Place::new();
    let long = |label, len| batch(&[label], 1..3)[..len].to_vec();
    for bytes in [long(9, 3073 + 3072), long(10, 2 * 3073), vec![], batch(&[20, 1], 1..3)] {
        let path = place.put("weights.bin", bytes);
        assert!(survey_at(&path).is_err());
    }
    // A record that comes later counts as well.
    let late = [batch(&[9], 1..3), batch(&[10], 3..4)].concat();
    assert_contains(&message(survey_at(&place.put("a.bin", late))), &["is not a folder, archive"]);
}

#[test]
fn a_tar_archive_of_hard_links_and_long_names_is_read() {
    let place = Place::new();
    let mut builder = ::tar::Builder::new(Vec::new());
    let long = format!("{}/x.png", "long-name/".repeat(30));
    let mut header = ::tar::Header::new_gnu();
    let bytes = cat(1, Png);
    header.set_size(bytes.len() as u64);
    builder.append_data(&mut header, &long, &bytes[..]).unwrap();
    for (kind, name) in [(::tar::EntryType::Link, "a.png"), (::tar::EntryType::Symlink, "b.png")] {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        builder.append_link(&mut header, name, &long).unwrap();
    }
    let path = place.put("a.tar", builder.into_inner().unwrap());
    let (images, report) = load_at(&path, shape(16, 3)).unwrap();
    assert!(images.len() == 2 && images.get(0) == images.get(1));
    assert!(report.files[1].path().to_string_lossy().ends_with("long-name/x.png"));
    assert_contains(&report.skipped[0].reason, &["is a symbolic link"]);
    assert!(!files().is_empty());
}
