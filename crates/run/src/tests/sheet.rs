use crate::sheet::{IMAGES, indices};

#[test]
fn a_sheet_shows_all_images_or_evenly_spaced_ones() {
    assert_eq!(indices(0).count(), 0);
    assert!(indices(6).eq(0..6));
    assert!(indices(IMAGES).eq(0..IMAGES));
    assert!(indices(3 * IMAGES).eq((0..IMAGES).map(|i| 3 * i)));
    assert_eq!(indices(IMAGES + 1).last(), Some(IMAGES - 1));
}
