use crate::few_images;

#[test]
fn fewer_than_five_hundred_images_are_few() {
    for (images, start) in [(1, "there is only 1 image: "), (2, "there are only 2 images: ")] {
        assert!(few_images(images).unwrap().starts_with(start));
    }
    assert!(few_images(499).is_some());
    assert_eq!((few_images(500), few_images(100_000)), (None, None));
}
