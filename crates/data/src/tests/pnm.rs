//! The Netpbm formats, written as their manuals describe them.

use super::{Place, load_at, shape, survey_at};

/// The levels of the first pixels of the image, in three channels.
fn pixels(bytes: &[u8]) -> Vec<u8> {
    let place = Place::new();
    let path = place.put("a.ppm", bytes);
    let (images, report) = load_at(&path, shape(2, 3)).unwrap();
    assert_eq!((images.len(), report.formats["PNM"]), (1, 1));
    images.get(0).to_vec()
}

fn grey(levels: [u8; 4]) -> Vec<u8> {
    levels.iter().flat_map(|&level| [level; 3]).collect()
}

#[test]
fn each_kind_is_read_in_text_and_in_binary() {
    let colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7];
    let text = colours.map(|level| level.to_string()).join(" ");
    assert_eq!(pixels(format!("P3\n# a comment\n2 2\n255\n{text}\n").as_bytes()), colours);
    assert_eq!(pixels(&[b"P6\n2 2\n255\n", &colours[..]].concat()), colours);
    assert_eq!(pixels(b"P2 2 2 255 0 50 100 255\n"), grey([0, 50, 100, 255]));
    assert_eq!(pixels(b"P5 2 2 255\n\x00\x32\x64\xff"), grey([0, 50, 100, 255]));
    // In a bitmap 1 is black, and each row starts a byte.
    assert_eq!(pixels(b"P1\n2 2\n0 1\n1 0\n"), grey([255, 0, 0, 255]));
    assert_eq!(pixels(b"P4\n2 2\n\x40\x80"), grey([255, 0, 0, 255]));
    let pam = b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n";
    assert_eq!(pixels(&[pam, &colours[..]].concat()), colours);
}

#[test]
fn levels_are_scaled_to_a_byte_whatever_the_highest_is() {
    assert_eq!(pixels(b"P2 2 2 15 0 3 6 15"), grey([0, 51, 102, 255]));
    let deep = [0u16, 819, 1638, 4095].map(u16::to_be_bytes).concat();
    assert_eq!(pixels(&[b"P5 2 2 4095\n", &deep[..]].concat()), grey([0, 51, 102, 255]));
    let deep = [0u16, 13107, 26214, 65535].map(u16::to_be_bytes).concat();
    assert_eq!(pixels(&[b"P5 2 2 65535\n", &deep[..]].concat()), grey([0, 51, 102, 255]));
}

#[test]
fn a_folder_of_nothing_else_is_a_set_and_a_cut_one_is_broken() {
    let place = Place::new();
    let whole = [b"P6\n16 16\n255\n", &[7; 768][..]].concat();
    place.put("0.ppm", &whole);
    place.put("1.PGM", [b"P5 16 16 255\n", &[9; 256][..]].concat());
    assert_eq!(survey_at(place.all()).unwrap().images, 2);
    for (name, bytes) in [
        ("2.ppm", &whole[..400]),
        ("3.ppm", b"P6\n60000 60000\n255\n"),
        ("4.ppm", b"P5\n16 16\n0\n1111"),
        ("5.pgm", b"P2 2 2 255 1 x 3 4"),
        ("6.pam", b"P7\nnothing of the kind"),
        ("7.ppm", b"PPPP"),
    ] {
        place.put(name, bytes);
    }
    let (images, report) = load_at(place.all(), shape(16, 3)).unwrap();
    assert_eq!((images.len(), report.skipped.len()), (2, 6), "{report:?}");
    assert!(report.skipped.iter().all(|s| !s.reason.contains('\n')), "{report:?}");
}
