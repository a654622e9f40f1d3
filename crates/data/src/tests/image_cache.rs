use std::fs::File;
use std::io::{Cursor, Read};

use super::{Place, shape};
use crate::{Batches, CacheError, CacheWriter, Images, Shape, SourceHash, open_cache};

const SHAPE: Shape = Shape { side: 4, channels: 3 };

const SOURCE: SourceHash = SourceHash([7; 32]);

/// Pixels of distinct images.
fn pixels(images: usize) -> Vec<u8> {
    (0..images * SHAPE.len()).map(|i| (i * i / 7 + i) as u8).collect()
}

/// A complete cache, written in two blocks.
fn bytes_of(pixels: &[u8]) -> Vec<u8> {
    let mut writer = CacheWriter::new(Cursor::new(Vec::new()), SHAPE, SOURCE).unwrap();
    let (first, second) = pixels.split_at(SHAPE.len());
    writer.write(first).unwrap();
    writer.write(second).unwrap();
    writer.finish(NOTES).unwrap().into_inner()
}

const NOTES: &str = "skipped é.png";

fn open(bytes: &[u8]) -> Result<Images, String> {
    let place = Place::new();
    let opened = open_cache(&place.put("cache", bytes), SHAPE, SOURCE);
    let (images, notes) = opened.map_err(|error| error.to_string())?;
    assert_eq!(notes, NOTES);
    Ok(images)
}

#[test]
fn what_is_written_is_what_is_mapped() {
    let pixels = pixels(5000);
    let mapped = open(&bytes_of(&pixels)).unwrap();
    assert_eq!(mapped, Images::new(SHAPE, pixels.clone()));
    assert_eq!((mapped.len(), mapped.crc32()), (5000, crc32fast::hash(&pixels)));
    assert_eq!(mapped.get(4999), &pixels[4999 * 48..]);
    // Released images can be read again.
    (0..5000).for_each(|i| mapped.release(i));
    assert!(mapped.as_bytes() == pixels);
}

#[test]
fn batches_of_mapped_images_are_those_of_images_in_memory() {
    let here = Images::new(SHAPE, pixels(100));
    let mapped = open(&bytes_of(here.as_bytes())).unwrap();
    let batch = |images: &Images, step| {
        let mut x = ndarray::Array4::from_elem((7, 4, 4, 3), f32::NAN);
        Batches::new(100, 7, 3).fill_batch(step, images, x.view_mut());
        x
    };
    (0..40).for_each(|step| assert_eq!(batch(&here, step), batch(&mapped, step), "{step}"));
}

/// The resident memory of a process must not grow with what it has read of a file.
#[cfg(target_os = "linux")]
#[test]
fn images_that_have_been_shown_take_no_memory() {
    let side = 512;
    let shape = shape(side, 3);
    let place = Place::new();
    let path = place.path("cache");
    let mut writer = CacheWriter::new(File::create(&path).unwrap(), shape, SOURCE).unwrap();
    let image = vec![9; shape.len()];
    (0..64).for_each(|_| writer.write(&image).unwrap());
    writer.finish("").unwrap();
    let (images, _) = open_cache(&path, shape, SOURCE).unwrap();
    let resident = || {
        let mut maps = String::new();
        File::open("/proc/self/smaps").unwrap().read_to_string(&mut maps).unwrap();
        let own = maps.split_once("/cache\n").map_or("", |(_, rest)| rest);
        let line = own.lines().find(|line| line.starts_with("Rss:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() << 10
    };
    assert_eq!(images.crc32(), crc32fast::hash(&image.repeat(64)));
    assert!(resident() <= 256 << 10, "{} after a sum", resident());
    let mut x = ndarray::Array4::zeros((8, side, side, 3));
    let mut batches = Batches::new(64, 8, 1);
    (0..8).for_each(|step| batches.fill_batch(step, &images, x.view_mut()));
    // 48 MiB were read. A neighbour may leave the pages around each image.
    assert!(resident() <= 2 << 20, "{} after batches", resident());
    assert_eq!(images.as_bytes().len(), 64 * shape.len());
    assert!(images.as_bytes().iter().all(|&byte| byte == 9));
    assert!(resident() >= 40 << 20, "or nothing was measured");
}

#[test]
fn every_cut_and_every_changed_byte_is_noticed() {
    let whole = bytes_of(&pixels(3));
    assert!(open(&whole).is_ok());
    for end in 0..whole.len() {
        let message = open(&whole[..end]).unwrap_err();
        assert!(
            message.contains("too short") || message.contains("bytes, but should"),
            "{end}: {message}"
        );
    }
    for at in 0..whole.len() {
        for bit in [1, 0x80] {
            let mut other = whole.clone();
            other[at] ^= bit;
            open(&other).unwrap_err();
        }
    }
    let longer = [&whole[..], &[0]].concat();
    assert!(open(&longer).unwrap_err().contains("has 231 bytes, but should have 230"));
}

#[test]
fn an_unfinished_cache_is_invalid() {
    let mut file = Cursor::new(Vec::new());
    let mut writer = CacheWriter::new(&mut file, SHAPE, SOURCE).unwrap();
    writer.write(&pixels(3)).unwrap();
    assert!(open(&file.into_inner()).unwrap_err().contains("or an incomplete one"));
    // Nor is a cache without images valid.
    let empty = CacheWriter::new(Cursor::new(Vec::new()), SHAPE, SOURCE).unwrap();
    open(&empty.finish("none").unwrap().into_inner()).unwrap_err();
}

/// A header changed by `change`, with a valid checksum.
fn sealed(change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = bytes_of(&pixels(3));
    change(&mut bytes);
    let crc32 = crc32fast::hash(&bytes[..68]);
    bytes[68..72].copy_from_slice(&crc32.to_le_bytes());
    bytes
}

#[test]
fn lengths_in_the_header_are_held_against_the_file() {
    for count in [0u64, 2, 4, u64::MAX, u64::MAX / 48 + 1, 1 << 40] {
        let message =
            open(&sealed(|b| b[20..28].copy_from_slice(&count.to_le_bytes()))).unwrap_err();
        let wanted = u128::from(count) * 48 + 86;
        assert!(message.ends_with(&format!("but should have {wanted}")), "{message}");
    }
    for notes in [0u32, 13, u32::MAX] {
        let message =
            open(&sealed(|b| b[60..64].copy_from_slice(&notes.to_le_bytes()))).unwrap_err();
        let wanted = u64::from(notes) + 3 * 48 + 72;
        assert!(message.ends_with(&format!("but should have {wanted}")), "{message}");
    }
}

/// Notes are truncated when written; longer ones cannot have come from the writer.
#[test]
fn notes_are_truncated() {
    let place = Place::new();
    let long = |notes: &str| {
        let file = Cursor::new(Vec::new());
        let mut writer = CacheWriter::new(file, SHAPE, SOURCE).unwrap();
        writer.write(&pixels(3)).unwrap();
        writer.finish(notes).unwrap().into_inner()
    };
    let kept = |bytes: &[u8]| open_cache(&place.put("cache", bytes), SHAPE, SOURCE).unwrap().1;
    assert_eq!(kept(&long(&"a".repeat(70_000))), "a".repeat(65_536));
    assert_eq!(kept(&long(&("a".to_owned() + &"é".repeat(40_000)))).len(), 65_535);
    let mut bytes = long(&"a".repeat(65_536));
    bytes.push(b'a');
    bytes[60..64].copy_from_slice(&65_537u32.to_le_bytes());
    let sum = crc32fast::hash(&bytes[72..]);
    bytes[64..68].copy_from_slice(&sum.to_le_bytes());
    let sum = crc32fast::hash(&bytes[..68]);
    bytes[68..72].copy_from_slice(&sum.to_le_bytes());
    open(&bytes).unwrap_err();
}

#[test]
fn another_set_shape_or_format_is_outdated_and_not_damaged() {
    let place = Place::new();
    let path = place.put("cache", bytes_of(&pixels(3)));
    let outdated = |path, shape, version| match open_cache(path, shape, version) {
        Err(CacheError::Outdated(message)) => message,
        other => panic!("{other:?}"),
    };
    assert!(outdated(&path, SHAPE, SourceHash([8; 32])).contains("have changed since"));
    assert!(outdated(&path, shape(4, 1), SOURCE).contains("4 × 4 × 3"));
    let newer = place.put("newer", sealed(|b| b[8] = 3));
    assert_eq!(
        outdated(&newer, SHAPE, SOURCE),
        "is a cache of format 3, and this version reads format 2"
    );
    let missing = open_cache(&place.path("missing"), SHAPE, SOURCE);
    assert!(matches!(missing, Err(CacheError::Read(_))), "{missing:?}");
}
