use ndarray::Array4;
use ndarray_npy::write_npy;

use super::{Place, shape};
use crate::{Sample, Shape, Source, load, sample};

/// Twelve grey squares, of which the file of number 5 is damaged behind its header and that of number 6 in it.
fn squares() -> Place {
    let place = Place::new();
    for i in 0..12_u8 {
        let square = image::GrayImage::from_pixel(16, 16, image::Luma([20 * i]));
        let path = place.path(&format!("{i:02}.png"));
        square.save(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        match i {
            5 => drop(std::fs::write(&path, &bytes[..bytes.len() - 30])),
            6 => drop(std::fs::write(&path, &bytes[..20])),
            _ => {}
        }
    }
    place
}

fn levels(sample: &Sample) -> Vec<u8> {
    (0..sample.images.len()).map(|i| sample.images.get(i)[0]).collect()
}

#[test]
fn a_sample_is_evenly_spaced_and_knows_its_files() {
    let place = squares();
    let source = Source::Folder(place.path(""));
    let of = |count| sample(&source, shape(16, 1), count, &|_, _| ()).unwrap();
    // Eleven have a header: 0 to 5 and 7 to 11.
    let some = of(4);
    assert_eq!(
        (some.total, &some.indices[..], levels(&some)),
        (11, &[0, 2, 8][..], vec![0, 40, 180])
    );
    let names = some.files.iter().map(|path| path.file_name().unwrap().to_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["00.png", "02.png", "09.png"]);
    let all = of(100);
    let (whole, _) = load(&source, shape(16, 1), &|_, _| ()).unwrap();
    assert_eq!(all.images, whole);
    std::fs::write(place.path("note.txt"), "no image").unwrap();
    let none = Source::Folder(place.path("note.txt"));
    assert!(sample(&none, shape(16, 1), 4, &|_, _| ()).is_err());
}

#[test]
fn a_sample_of_one_file_is_that_of_all_images() {
    let place = Place::new();
    let array = Array4::from_shape_fn((9, 16, 16, 1), |(i, ..)| 10 * i as u8);
    write_npy(place.path("x.npy"), &array).unwrap();
    let cats = Source::Synthetic { count: 9, seed: 3 };
    for source in [Source::Npy(place.path("x.npy")), cats] {
        let shape = Shape { side: 16, channels: 1 };
        let (whole, _) = load(&source, shape, &|_, _| ()).unwrap();
        let some = sample(&source, shape, 4, &|_, _| ()).unwrap();
        assert_eq!((some.total, &some.indices[..], some.files.len()), (9, &[0, 2, 4, 6][..], 0));
        for (i, &index) in some.indices.iter().enumerate() {
            assert_eq!(some.images.get(i), whole.get(index));
        }
    }
}
