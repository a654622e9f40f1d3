use dcgan_random::{Purpose, stream};

use super::{SIDE, cats, noise};
use crate::{Set, coarse_pixels, colour_error, contrast_ratio, mean_likeness};

#[test]
fn the_colour_error_is_the_largest_difference_of_the_means() {
    let real = [10, 20, 30].repeat(2 * SIDE * SIDE);
    let bluish = [11, 17, 35].repeat(SIDE * SIDE);
    let set = |bytes| Set::new(bytes, SIDE, 3);
    assert_eq!(colour_error(set(&real), set(&real)), 0.0);
    assert_eq!(colour_error(set(&real), set(&bluish)), 5.0);
    assert_eq!(colour_error(set(&bluish), set(&real)), 5.0);
}

#[test]
fn the_contrast_is_compared_by_standard_deviations() {
    let bytes = |levels: [u8; 2]| levels.repeat(SIDE * SIDE / 2);
    let (real, strong, plain) = (bytes([100, 120]), bytes([90, 120]), bytes([7, 7]));
    let set = |bytes| Set::new(bytes, SIDE, 1);
    assert_eq!(contrast_ratio(set(&real), set(&strong)), Some(1.5));
    assert_eq!(contrast_ratio(set(&real), set(&plain)), Some(0.0));
    assert_eq!(contrast_ratio(set(&plain), set(&real)), None);
}

#[test]
fn coarse_pixels_are_means_of_areas() {
    let mut bytes = vec![0; 2 * SIDE * SIDE * 3];
    // The four pixels of the area (1, 2) of the second image in its last channel.
    for (y, x, level) in [(2, 4, 10), (2, 5, 20), (3, 4, 40), (3, 5, 31)] {
        bytes[((SIDE + y) * SIDE + x) * 3 + 2] = level;
    }
    let found = coarse_pixels(Set::new(&bytes, SIDE, 3));
    assert_eq!((found.len(), found.dim()), (2, 16 * 16 * 3));
    let at = (16 + 2) * 3 + 2;
    assert_eq!(found.wide()[(1, at)], 25.25);
    assert_eq!(found.wide().sum(), 25.25);
}

#[test]
fn images_that_are_alike_have_a_likeness_of_one_and_noise_has_none() {
    let likeness = |bytes: &[u8], seed| {
        mean_likeness(Set::new(bytes, SIDE, 3), 40, &mut stream(seed, Purpose::Draw, 0))
    };
    let cats = cats(12, 1, 3);
    let same = cats[..SIDE * SIDE * 3].repeat(6);
    assert!((likeness(&same, 1) - 1.0).abs() < 1e-12);
    // Pairs of different images only.
    let [real, other] = [1, 2].map(|seed| likeness(&cats, seed));
    assert!((0.05..0.7).contains(&real) && real != other, "{real} {other}");
    let noise = likeness(&noise(3, 6 * SIDE * SIDE * 3), 1);
    assert!(noise < 0.05, "{noise}");
}
