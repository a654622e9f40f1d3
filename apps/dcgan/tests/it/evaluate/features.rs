//! With the features of another network.

use std::fs::{self, File};

use ndarray::{Array2, Array4};
use ndarray_npy::WriteNpyExt;

use super::{json, with_run};
use crate::{Place, size};

fn save(place: &Place, name: &str, array: &Array2<f32>) {
    array.write_npy(File::create(place.path(name)).unwrap()).unwrap();
}

/// Features that are different in each row.
fn features(rows: usize, dim: usize, factor: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, dim), |(i, j)| ((i * i * factor + 7 * i * j) % 31) as f32)
}

#[test]
fn features_of_another_network_need_no_model() {
    let place = Place::new();
    save(&place, "r.npy", &features(200, 70, 3));
    save(&place, "f.npy", &features(100, 70, 5));
    let doubles = features(100, 70, 5).mapv(f64::from);
    doubles.write_npy(File::create(place.path("d.npy")).unwrap()).unwrap();
    let outcome = place.dcgan(&["evaluate", "--features", "r.npy", "f.npy"]).succeeded();
    outcome.prints(&[
        "the features in r.npy and f.npy; 70 numbers each",
        "features of 100 images in each set",
        "\nFréchet, first 64 axes",
    ]);
    assert!(!outcome.out.contains("pixels") && !outcome.out.contains("model"), "{}", outcome.out);
    let single = json(&place, &["--features", "r.npy", "f.npy"]);
    let double = json(&place, &["--features", "r.npy", "d.npy"]);
    assert_eq!(single["figures"], double["figures"]);
    // A covariance needs more images than it has rows.
    save(&place, "few.npy", &features(66, 70, 5));
    let few = json(&place, &["--features", "r.npy", "few.npy"]);
    let why = few["figures"]["frechet"]["why"].as_str().unwrap();
    assert!(why.contains("more than 70 images in each set, and there are 66"), "{why}");
    assert!(few["figures"]["frechet_64"]["value"].is_number());
}

#[test]
fn features_that_cannot_be_used_are_refused() {
    let place = Place::new();
    save(&place, "r.npy", &features(20, 6, 3));
    save(&place, "other.npy", &features(10, 5, 3));
    save(&place, "one.npy", &features(1, 6, 3));
    save(&place, "three.npy", &features(3, 6, 3));
    let mut broken = features(10, 6, 3);
    broken[(4, 2)] = f32::NAN;
    save(&place, "nan.npy", &broken);
    Array4::<f32>::zeros((4, 6, 1, 1))
        .write_npy(File::create(place.path("4d.npy")).unwrap())
        .unwrap();
    Array2::<u8>::zeros((10, 6)).write_npy(File::create(place.path("u8.npy")).unwrap()).unwrap();
    fs::write(place.path("text.npy"), "there is no array in it").unwrap();
    for (files, parts) in [
        (["r.npy", "other.npy"], &["r.npy and other.npy", "6 features", "5; use the same"][..]),
        (["r.npy", "one.npy"], &["one.npy has 1 of the at least 2 rows"]),
        (["three.npy", "r.npy"], &["3 real images, and at least 4 are needed"]),
        (["r.npy", "nan.npy"], &["nan.npy contains NaN or infinity in row 4, column 2"]),
        (["4d.npy", "r.npy"], &["4d.npy has the shape [4, 6, 1, 1]; features are (n, dim)"]),
        (["r.npy", "u8.npy"], &["u8.npy contains uint8; features are float32 or float64"]),
        (["text.npy", "r.npy"], &["text.npy is not an .npy file"]),
        (["r.npy", "none.npy"], &["none.npy"]),
    ] {
        place.dcgan(&["evaluate", "--features", files[0], files[1]]).refused(1, parts);
    }
}

/// The copy of a real image is found, and the farthest image is the first.
#[test]
fn the_picture_shows_images_beside_their_nearest_real_ones() {
    let place = with_run(20);
    let (mut real, mut fake) = (features(20, 3, 3), features(10, 3, 5) + 100.0);
    fake.row_mut(7).assign(&real.row(12));
    fake.row_mut(2).fill(900.0);
    real.row_mut(5).fill(250.0);
    save(&place, "r.npy", &real);
    save(&place, "f.npy", &fake);
    let args = ["run", "--count", "10", "--features", "r.npy", "f.npy", "--out", "near.png"];
    let pairs = &json(&place, &args)["pairs"];
    let nearest = &pairs["nearest"][0];
    assert_eq!([&nearest["seed"], &nearest["real"]], [7, 12]);
    assert_eq!(nearest["distance"], 0.0);
    // The twelfth in the order of paths: 0, 1, 10 to 19, 2, …
    assert!(nearest["file"].as_str().unwrap().ends_with("2.png"), "{nearest}");
    assert_eq!([&pairs["farthest"][0]["seed"], &pairs["farthest"][0]["real"]], [2, 5]);
    // Five pairs of each kind, four in a row of tiles of 16 pixels with borders of 2.
    assert_eq!(size(&place.path("near.png")), (8 * 18 + 2, 3 * 18 + 2));
    let picture = image::open(place.path("near.png")).unwrap().into_rgb8();
    let tile = |column: u32, row: u32| {
        image::imageops::crop_imm(&picture, 2 + 18 * column, 2 + 18 * row, 16, 16).to_image()
    };
    place.dcgan(&["generate", "run", "--seeds", "2,7", "--out", "tiles"]).succeeded();
    let own = |name: &str| image::open(place.path(name)).unwrap().into_rgb8();
    assert!(tile(0, 0) == own("tiles/seed0002.png") && tile(1, 0) == own("cats/13.png"));
    // The sixth pair is the nearest: the second of the second row.
    assert!(tile(2, 1) == own("tiles/seed0007.png") && tile(3, 1) == own("cats/2.png"));
    place.dcgan(&["info", "near.png"]).succeeded().prints(&["nearest real image"]);
    // Features of other images.
    save(&place, "f.npy", &features(9, 3, 5));
    let rows = ["10 generated ones, and 20 and 9 rows in --features", "--images"];
    place.dcgan(&[&["evaluate"], &args[..]].concat()).refused(2, &rows);
}
