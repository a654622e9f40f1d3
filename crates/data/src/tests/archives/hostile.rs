//! Archives that are damaged, or made to do harm.

use super::pack::{DEFLATED, STORED, deflated, gzip, packed, tar, zip};
use super::{cat, png};
use crate::tests::{Place, assert_contains, load_at, message, shape, survey_at};

/// Why the file `bad` is skipped, packed beside a good one.
fn reason(bad: super::Packed) -> String {
    let place = Place::new();
    let path = place.put("set.zip", zip(&[packed("good.png", png(16, [1; 3]), STORED), bad]));
    let (images, mut report) = load_at(&path, shape(16, 3)).unwrap();
    assert_eq!((images.len(), report.skipped.len()), (1, 1), "{report:?}");
    report.skipped.remove(0).reason
}

#[test]
fn what_cannot_be_unpacked_is_named_with_the_reason() {
    let image = || packed("bad.png", png(16, [9; 3]), STORED);
    for (bad, part) in [
        (super::Packed { flags: 1, ..image() }, "is encrypted; unpack the archive"),
        (super::Packed { method: 99, ..image() }, "is encrypted"),
        (super::Packed { method: 12, ..image() }, "is compressed by BZIP2, which cannot be read"),
        (super::Packed { method: 77, ..image() }, "is compressed by method 77"),
        (super::Packed { attributes: 0o120_777 << 16, ..image() }, "is a symbolic link"),
        (super::Packed { crc32: Some(7), ..image() }, "is damaged: its bytes are not those"),
        (super::Packed { crc32: Some(7), method: DEFLATED, ..image() }, "is damaged: its bytes"),
        (super::Packed { size: Some(40), method: DEFLATED, ..image() }, "is damaged"),
        (super::Packed { size: Some(1 << 31), method: DEFLATED, ..image() }, "cannot unpack to"),
    ] {
        assert_contains(&reason(bad), &[part]);
    }
    // What promises no image is not missed.
    let place = Place::new();
    let secret = super::Packed { flags: 1, ..packed("passwords.txt", "1", STORED) };
    let path = place.put("a.zip", zip(&[packed("a.png", png(16, [1; 3]), STORED), secret]));
    assert!(load_at(&path, shape(16, 3)).unwrap().1.skipped.is_empty());
}

#[test]
fn an_archive_that_is_cut_off_is_refused() {
    let place = Place::new();
    let files: Vec<_> = (1..6)
        .map(|i| packed(format!("{i}.png"), cat(i, image::ImageFormat::Png), STORED))
        .collect();
    for (name, whole) in
        [("a.zip", zip(&files)), ("a.tar", tar(&files)), ("a.tgz", gzip(&tar(&files)))]
    {
        for percent in [30, 60, 90] {
            let path = place.put(name, &whole[..whole.len() * percent / 100]);
            assert_contains(&message(load_at(&path, shape(16, 3))), &[name, "download it again"]);
        }
    }
    // Between two files of a tar archive.
    let whole = tar(&files[..1]);
    let path = place.put("b.tar", &whole[..whole.len() - 1024]);
    assert_contains(&message(load_at(&path, shape(16, 3))), &["its end marker is missing"]);
}

#[test]
fn an_archive_that_is_damaged_is_refused() {
    let place = Place::new();
    let files: Vec<_> = (1..4).map(|i| packed([b'0' + i], png(16, [i; 3]), STORED)).collect();
    let mut whole = tar(&files);
    let second = 512 + png(16, [1; 3]).len().next_multiple_of(512);
    whole[second + 150] ^= 1;
    assert_contains(
        &message(survey_at(&place.put("a.tar", whole))),
        &["is a damaged tar archive (", "checksum"],
    );
    // Two entries of one content: each is small, and all of them together would never end.
    let mut whole = zip(&files);
    let directory = whole.windows(4).position(|at| at == b"PK\x01\x02").unwrap();
    let second = directory + 46 + 1;
    whole.copy_within(directory + 42..directory + 46, second + 42);
    assert_contains(&message(survey_at(&place.put("a.zip", whole))), &["its files overlap"]);
}

#[test]
fn no_name_leads_anywhere() {
    let place = Place::new();
    let names =
        ["../../up.png", "/etc/root.png", "C:\\x\\y.png", "a\u{1b}[2J\n.png", "\u{202e}.png"];
    let files: Vec<_> =
        names.iter().zip(1..).map(|(name, i)| packed(name, png(16, [i; 3]), STORED)).collect();
    let path = place.put("deep/er/a.zip", zip(&files));
    let (images, report) = load_at(&path, shape(16, 3)).unwrap();
    assert_eq!((images.len(), report.skipped.len()), (5, 0));
    let names = report.files.iter().map(|file| crate::shown(file.path()).to_string());
    let names: Vec<_> = names.map(|name| name.split(": ").nth(1).unwrap().to_owned()).collect();
    let expected =
        ["../../up.png", "C:/x/y.png", r"a\u{1b}[2J\n.png", "etc/root.png", r"\u{202e}.png"];
    assert_eq!(names, expected);
    let written = walkdir::WalkDir::new(place.all()).into_iter().flatten();
    assert_eq!(written.filter(|entry| entry.file_type().is_file()).count(), 1);
}

#[test]
fn archives_in_archives_end_somewhere() {
    let place = Place::new();
    let mut inner = zip(&[packed("a.png", png(16, [1; 3]), STORED)]);
    for depth in 1..=4 {
        let path = place.put("nested.zip", &inner);
        let read = load_at(&path, shape(16, 3));
        match depth {
            4 => assert_contains(&message(read), &["nested.zip: n.zip", "3 deep"]),
            _ => assert_eq!(read.unwrap().0.len(), 1, "{depth}"),
        }
        inner = zip(&[packed("n.zip", inner, STORED)]);
    }
}

#[test]
fn an_archive_that_fills_a_disk_is_not_believed() {
    let place = Place::new();
    let zeros = vec![0; 2 << 20];
    // Truthful sizes of one entry do not matter, only what all of them unpack to.
    let bomb = packed("x.png", &zeros, DEFLATED);
    assert!(deflated(&zeros).len() * 500 < zeros.len());
    let many: Vec<_> = (0..800)
        .map(|i| super::Packed { name: format!("{i}.png").into_bytes(), ..bomb.clone() })
        .collect();
    let path = place.put("bomb.zip", zip(&many));
    assert_contains(&message(survey_at(&path)), &["bomb.zip: unpacks to more than 256 times"]);
}
