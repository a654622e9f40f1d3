use std::fs;

use crate::{Place, size};

#[test]
fn a_folder_is_described_and_shown() {
    let place = Place::with_cats(10);
    fs::write(place.path("cats/broken.png"), "not a picture").unwrap();
    fs::write(place.path("cats/notes.txt"), "notes").unwrap();
    let told = place.dcgan(&["data", "cats", "--preview", "sheet.png"]).succeeded();
    for part in [
        "10 pictures of use",
        "10 PNG",
        "10 of 16 × 16",
        "16 × 16 × 3",
        "1 file of other kinds",
        "skipped        1 file",
        "cats/broken.png: ",
    ] {
        assert!(told.out.contains(part), "`{part}` is not in:\n{}", told.out);
    }
    assert_eq!(size(&place.path("sheet.png")), (8 * 18 + 2, 2 * 18 + 2));
}

#[test]
fn the_preview_is_what_training_sees() {
    let place = Place::with_run();
    place.dcgan(&["data", "cats", "--preview", "sheet.png"]).succeeded();
    assert_eq!(place.bytes("sheet.png"), place.bytes("run/reals.png"));
}

#[test]
fn without_a_path_it_shows_the_built_in_cats() {
    let place = Place::new();
    place.dcgan(&["data", "--image-size", "16", "--preview", "sheet.png"]).succeeded();
    assert_eq!(size(&place.path("sheet.png")), (8 * 18 + 2, 8 * 18 + 2));
}
