use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Place, assert_contains, load_at, message, shape, survey_at};
use crate::Survey;

/// An IDX file of bytes with these dimensions.
fn idx(sizes: &[u32], numbers: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    sizes.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
    bytes.extend(numbers);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn plain_or_compressed_it_is_the_same() {
    let place = Place::new();
    let numbers: Vec<u8> = (0..3 * 16).collect();
    let bytes = idx(&[3, 4, 4], &numbers);
    for (name, bytes) in [("train-images-idx3-ubyte", bytes.clone()), ("named.badly", gzip(&bytes))]
    {
        let path = place.put(name, bytes);
        assert_eq!(survey_at(&path).unwrap(), Survey { images: 3, channels: 1, side: 4 });
        let (images, report) = load_at(&path, shape(4, 1)).unwrap();
        assert_eq!(images.as_bytes(), numbers);
        assert_eq!((report.formats["IDX"], report.sizes[&(4, 4)]), (3, 3));
    }
}

#[test]
fn files_that_are_not_sets_of_images_are_refused_with_the_remedy() {
    let place = Place::new();
    let refused = |name: &str, bytes: Vec<u8>, parts: &[&str]| {
        let path = place.put(name, bytes);
        let text = message(load_at(&path, shape(4, 1)));
        assert_contains(&text, parts);
        assert_contains(&text, &[name]);
    };
    let whole = idx(&[3, 4, 4], &[7; 48]);
    refused("labels", idx(&[3], &[1, 2, 3]), &["labels", "images"]);
    refused("floats", vec![0, 0, 13, 3, 0, 0, 0, 1], &["elements are not bytes"]);
    refused("short", whole[..60].to_vec(), &["image 2 of the 3", "download it again"]);
    refused("long", [&whole[..], &[0]].concat(), &["continues after the 3 images"]);
    let long = [&whole[..], &[0]].concat();
    refused("long.gz", gzip(&long), &["continues after the 3 images"]);
    refused("short.gz", gzip(&whole)[..20].to_vec(), &["ends within its header"]);
    refused("other.gz", gzip(b"hello, world"), &["its content is not an IDX file"]);
    refused("header", vec![0, 0, 8, 3, 0], &["ends within its header"]);
    refused(
        "zeros",
        vec![0; 100],
        &["not a folder, archive, image, .npy array, IDX or CIFAR file"],
    );
    refused("none", idx(&[0, 4, 4], &[]), &["holds no image"]);
    refused(
        "huge",
        idx(&[u32::MAX, u32::MAX, u32::MAX], &[1; 9]),
        &["exceeds the largest supported image"],
    );
    refused("lying", idx(&[60_000, 30_000, 30_000], &[1; 9]), &["image 0 of the 60000"]);
}
