//! Sets that are read in several blocks, and subsets that are read again.

use ndarray::Array4;
use ndarray_npy::WriteNpyExt;

use super::image_folder::png;
use super::{Place, assert_contains, message, shape};
use crate::{DataError, Shape, Source, examine, load, read, subset};

/// Two images of this shape make a block.
const LARGE: Shape = Shape { side: 1600, channels: 3 };

/// The first byte of each image, and the number of images in each block.
fn blocks(source: &Source, shape: Shape) -> (Vec<u8>, Vec<usize>) {
    let (mut firsts, mut sizes) = (Vec::new(), Vec::new());
    read(source, shape, &|_, _| (), &mut |bytes| {
        firsts.extend(bytes.chunks_exact(shape.len()).map(|image| image[0]));
        sizes.push(bytes.len() / shape.len());
        Ok(())
    })
    .unwrap();
    (firsts, sizes)
}

/// Five images, the i-th of level i, and a broken file.
fn five() -> Place {
    let place = Place::new();
    (0..5).for_each(|i| drop(place.put(&format!("{i}.png"), png(16, [i; 3]))));
    place.put("2-broken.png", "none");
    place
}

fn array() -> Vec<u8> {
    let mut bytes = Vec::new();
    Array4::from_shape_fn((5, 1, 4, 4), |(n, ..)| n as u8).write_npy(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_set_comes_in_blocks_in_its_order_without_gaps() {
    let place = five();
    let source = Source::at(place.all()).unwrap();
    // The block of the broken file has one image less.
    assert_eq!(blocks(&source, LARGE), (vec![0, 1, 2, 3, 4], vec![2, 1, 2]));
    let array = Source::at(&place.put("array.npy", array())).unwrap();
    assert_eq!(blocks(&array, LARGE), (vec![0, 1, 2, 3, 4], vec![2, 2, 1]));
    let cats = Source::Synthetic { count: 3, seed: 1 };
    assert_eq!(blocks(&cats, shape(16, 3)).1, [3]);
    let mut number = 0;
    read(&cats, LARGE, &|_, _| (), &mut |bytes| {
        for image in bytes.chunks_exact(LARGE.len()) {
            let cat = crate::cat(1, number, 1600, true);
            assert!(image == image::DynamicImage::from(cat).into_rgb8().as_raw(), "{number}");
            number += 1;
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(number, 3);
}

#[test]
fn what_is_found_in_blocks_has_the_numbers_of_the_whole_set() {
    let place = five();
    place.put("9.png", png(16, [1; 3]));
    let source = Source::at(place.all()).unwrap();
    let [large, small] = [LARGE, shape(16, 3)].map(|shape| {
        let examination = examine(&source, shape, &|_, _| ()).unwrap();
        assert_eq!(examination.channels[0].total(), 6 * (shape.side * shape.side) as u64);
        (examination.images, examination.findings.flat, examination.findings.duplicates)
    });
    assert_eq!(large.1, [0, 1, 2, 3, 4, 5]);
    assert_eq!((large.2[0].image, large.2[0].of, large.2.len()), (5, 1, 1));
    assert_eq!(large, small);
}

#[test]
fn a_subset_is_those_images_of_the_whole_set() {
    let place = five();
    let array = place.put("array/array.npy", array());
    for (source, shape) in [
        (Source::Folder(place.all().to_owned()), shape(16, 1)),
        (Source::at(&array).unwrap(), LARGE),
        (Source::Synthetic { count: 5, seed: 3 }, shape(16, 3)),
    ] {
        let (all, report) = load(&source, shape, &|_, _| ()).unwrap();
        let some = subset(&source, &report, shape, &[0, 3, 4]).unwrap();
        assert_eq!(some.len(), 3);
        for (i, number) in [0, 3, 4].into_iter().enumerate() {
            assert!(some.get(i) == all.get(number), "{source:?}: {number}");
        }
    }
}

#[test]
fn an_image_of_a_subset_that_is_gone_is_an_error_that_names_it() {
    let place = five();
    let source = Source::at(place.all()).unwrap();
    let (_, report) = load(&source, shape(16, 1), &|_, _| ()).unwrap();
    std::fs::remove_file(place.path("3.png")).unwrap();
    let text = message(subset(&source, &report, shape(16, 1), &[1, 3]));
    assert_contains(&text, &["3.png", "a moment ago"]);
    place.put("3.png", "none");
    assert_contains(
        &message(subset(&source, &report, shape(16, 1), &[3])),
        &["3.png", "is not a PNG"],
    );
}

#[test]
fn images_that_cannot_be_stored_end_the_reading() {
    let place = five();
    let array = Source::at(&place.put("array/array.npy", array())).unwrap();
    let folder = Source::at(place.all()).unwrap();
    for source in [folder, array, Source::Synthetic { count: 9, seed: 1 }] {
        let mut asked = 0;
        let outcome = read(&source, LARGE, &|_, _| (), &mut |_| {
            asked += 1;
            Err(std::io::ErrorKind::StorageFull.into())
        });
        assert!(matches!(outcome, Err(DataError::Store(_))), "{outcome:?}");
        assert_eq!(asked, 1);
    }
}
