use ndarray::{Array, Array3, Array4, Axis, ShapeBuilder};
use ndarray_npy::{WritableElement, WriteNpyExt};

use super::{Place, assert_contains, load_at, message, shape, survey_at};
use crate::Survey;

fn npy<A: WritableElement, D: ndarray::Dimension>(array: &Array<A, D>) -> Vec<u8> {
    let mut bytes = Vec::new();
    array.write_npy(&mut bytes).unwrap();
    bytes
}

/// Three colour images of 2 × 2 pixels, (n, h, w, c), all bytes distinct.
fn colours() -> Array4<u8> {
    Array4::from_shape_fn((3, 2, 2, 3), |(n, h, w, c)| (n * 60 + h * 20 + w * 7 + c) as u8)
}

fn planes<A: Clone>(array: &Array4<A>) -> Array4<A> {
    array.view().permuted_axes([0, 3, 1, 2]).as_standard_layout().into_owned()
}

#[test]
fn both_orders_and_all_kinds_of_numbers_are_the_same_images() {
    let place = Place::new();
    let colours = colours();
    let units = colours.mapv(|byte| f32::from(byte) / 255.0);
    let signed = colours.mapv(|byte| f32::from(byte) / 127.5 - 1.0);
    let variants = [
        npy(&colours),
        npy(&planes(&colours)),
        npy(&units),
        npy(&planes(&units)),
        npy(&signed),
        npy(&planes(&signed)),
        npy(&units.mapv(f64::from)),
        npy(&colours.mapv(f32::from)),
    ];
    for (i, bytes) in variants.into_iter().enumerate() {
        let path = place.put(&format!("{i}.npy"), bytes);
        assert_eq!(survey_at(&path).unwrap(), Survey { images: 3, channels: 3, side: 2 });
        let (images, report) = load_at(&path, shape(2, 3)).unwrap();
        assert_eq!(images.as_bytes(), colours.as_slice().unwrap(), "variant {i}");
        assert_eq!((report.formats["NPY"], report.sizes[&(2, 2)]), (3, 3));
    }
}

#[test]
fn grey_may_do_without_channels_and_a_name_does_not_matter() {
    let place = Place::new();
    let grey = Array3::from_shape_fn((2, 5, 5), |(n, h, w)| (n * 100 + h * 5 + w) as u8);
    let path = place.put("array", npy(&grey));
    assert_eq!(survey_at(&path).unwrap(), Survey { images: 2, channels: 1, side: 5 });
    assert_eq!(load_at(&path, shape(5, 1)).unwrap().0.as_bytes(), grey.as_slice().unwrap());
}

#[test]
fn arrays_that_are_not_images_are_refused_with_the_remedy() {
    let place = Place::new();
    let refused = |name: &str, bytes: Vec<u8>, parts: &[&str]| {
        let text = message(load_at(&place.put(name, bytes), shape(2, 3)));
        assert_contains(&text, parts);
        assert_contains(&text, &[name]);
    };
    let whole = npy(&colours());
    let end = whole.len() - 1;
    refused("one.npy", npy(&Array::<u8, _>::zeros(12)), &["[12]", "(n, c, h, w)"]);
    refused("two.npy", npy(&Array4::<u8>::zeros((5, 2, 8, 8))), &["1, 3 or 4 channels"]);
    refused("empty.npy", npy(&Array4::<u8>::zeros((0, 3, 8, 8))), &["holds no image"]);
    refused("int.npy", npy(&Array4::<i64>::zeros((1, 3, 2, 2))), &["<i8", "uint8"]);
    let range = Array4::from_elem((1, 3, 2, 2), 300.0f32);
    refused("range.npy", npy(&range), &["from 300 to 300", "[0, 1], [-1, 1] or [0, 255]"]);
    let holes = Array4::from_elem((4, 3, 2, 2), f32::NAN);
    refused("nan.npy", npy(&holes), &["image 0", "NaN"]);
    refused("cut.npy", whole[..end].to_vec(), &["cut off", "save it again"]);
    refused("long.npy", [&whole[..], &[0]].concat(), &["has 165 bytes", "needs 164"]);
    refused("head.npy", whole[..20].to_vec(), &["header cannot be read"]);
    let fortran = Array4::<u8>::zeros((3, 3, 2, 2).f());
    refused("fortran.npy", npy(&fortran), &["Fortran", "ascontiguousarray"]);
}

#[test]
fn a_header_that_lies_costs_no_memory() {
    let place = Place::new();
    // One claims a header of 4 GB, the other 10⁹ images.
    let long = [b"\x93NUMPY\x02\x00", &[0xff; 4][..], &[b' '; 40]].concat();
    let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (1000000000, 3, 30000, 30000)}\n";
    let many = [b"\x93NUMPY\x01\x00".as_slice(), &[text.len() as u8, 0], text.as_bytes()].concat();
    let parts = ["header cannot be read", "needs 2700000000000000091"];
    for (bytes, part) in [long, many].into_iter().zip(parts) {
        assert_contains(&message(load_at(&place.put("lie.npy", bytes), shape(2, 3))), &[part]);
    }
}

#[test]
fn an_array_of_one_image_is_refused_with_the_shape_that_makes_it_a_set() {
    let place = Place::new();
    let refused = |array: Vec<u8>, parts: &[&str]| {
        let path = place.put("a.npy", array);
        let texts = [message(survey_at(&path)), message(load_at(&path, shape(2, 3)))];
        texts.iter().for_each(|text| assert_contains(text, parts));
    };
    let colour = colours().index_axis_move(Axis(0), 0);
    refused(npy(&colour), &["[2, 2, 3]", "one image (h, w, c)", "a[None]"]);
    refused(npy(&Array3::<u8>::zeros((8, 9, 4))), &["one image (h, w, c)"]);
    refused(
        npy(&Array3::<f32>::zeros((3, 8, 9))),
        &["one image (c, h, w) or 3 grey", "a[:, None]"],
    );
    refused(npy(&Array::<u8, _>::zeros((5, 784))), &["a.reshape(5, height, width)", "a[None]"]);
    // What the messages advise.
    let set = |array: Vec<u8>| survey_at(&place.put("a.npy", array)).unwrap();
    assert_eq!(set(npy(&colour.insert_axis(Axis(0)))), Survey { images: 1, channels: 3, side: 2 });
    let grey = Array4::<u8>::zeros((3, 1, 8, 9));
    assert_eq!(set(npy(&grey)), Survey { images: 3, channels: 1, side: 8 });
    let one = Array3::<u8>::zeros((1, 8, 9));
    assert_eq!(set(npy(&one)), Survey { images: 1, channels: 1, side: 8 });
}
