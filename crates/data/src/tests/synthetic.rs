use super::shape;
use crate::{Source, cat, load};

#[test]
fn a_cat_is_a_function_of_its_seed_and_number() {
    let one = cat(1, 5, 32, true);
    assert_eq!(one, cat(1, 5, 32, true));
    assert_ne!(one, cat(1, 6, 32, true));
    assert_ne!(one, cat(2, 5, 32, true));
}

#[test]
fn the_set_is_the_same_on_any_number_of_threads() {
    let source = Source::Synthetic { count: 20, seed: 3 };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| load(&source, shape(16, 3), &|_, _| ()).unwrap())
    };
    let (images, report) = on(1);
    let (again, report_again) = on(3);
    assert!(images == again && report == report_again);
    assert_eq!(report.formats["synthetic"], 20);
    assert_eq!(images.get(7), &cat_bytes(3, 7)[..]);
}

fn cat_bytes(seed: u64, index: u64) -> Vec<u8> {
    cat(seed, index, 16, true).pixels().flat_map(|p| [p[0], p[1], p[2]]).collect()
}

#[test]
fn with_four_channels_nothing_stands_behind_the_cat() {
    let (images, _) =
        load(&Source::Synthetic { count: 4, seed: 0 }, shape(32, 4), &|_, _| ()).unwrap();
    for i in 0..4 {
        let image = images.get(i);
        assert_eq!(image[3], 0, "the corner is transparent");
        assert_eq!(image[(18 * 32 + 16) * 4 + 3], 255, "the face is not");
    }
}

#[test]
fn the_cats_are_varied() {
    // A network that memorises one cat must not do well: a hundred cats are all distinct, and a pixel
    // of the face varies over the set by more than a tenth of its range.
    let (images, _) =
        load(&Source::Synthetic { count: 100, seed: 42 }, shape(16, 3), &|_, _| ()).unwrap();
    let distinct: std::collections::BTreeSet<&[u8]> = (0..100).map(|i| images.get(i)).collect();
    assert_eq!(distinct.len(), 100);
    let at = (8 * 16 + 8) * 3;
    let values: Vec<f64> = (0..100).map(|i| f64::from(images.get(i)[at])).collect();
    let mean = values.iter().sum::<f64>() / 100.0;
    let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 100.0).sqrt();
    assert!(deviation > 25.5, "{deviation}");
}

#[test]
fn a_source_is_named_by_its_path_or_as_built_in() {
    assert_eq!(Source::Synthetic { count: 1, seed: 2 }.to_string(), "the built-in cats");
    for source in [Source::Folder, Source::Npy, Source::Idx] {
        assert_eq!(source("some/path".into()).to_string(), "some/path");
    }
}
