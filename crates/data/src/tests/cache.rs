use std::fs::{self, File, OpenOptions};
use std::io::{Cursor, Read};
use std::time::{Duration, SystemTime};

use super::folder::png;
use super::{Place, shape};
use crate::{Batches, CacheError, CacheWriter, Pictures, Shape, Source, Version, cached, version};

const SHAPE: Shape = Shape { side: 4, channels: 3 };

const VERSION: Version = Version([7; 32]);

/// Pixels of so many pictures, no two of which are the same.
fn pixels(pictures: usize) -> Vec<u8> {
    (0..pictures * SHAPE.len()).map(|i| (i * i / 7 + i) as u8).collect()
}

/// A whole cache, written in two blocks.
fn bytes_of(pixels: &[u8]) -> Vec<u8> {
    let mut writer = CacheWriter::new(Cursor::new(Vec::new()), SHAPE, VERSION).unwrap();
    let (first, second) = pixels.split_at(SHAPE.len());
    writer.write(first).unwrap();
    writer.write(second).unwrap();
    writer.finish(NOTES).unwrap().into_inner()
}

const NOTES: &str = "skipped é.png";

fn open(bytes: &[u8]) -> Result<Pictures, String> {
    let place = Place::new();
    let opened = cached(&place.put("cache", bytes), SHAPE, VERSION);
    let (pictures, notes) = opened.map_err(|error| error.to_string())?;
    assert_eq!(notes, NOTES);
    Ok(pictures)
}

#[test]
fn what_is_written_is_what_is_mapped() {
    let pixels = pixels(5000);
    let mapped = open(&bytes_of(&pixels)).unwrap();
    assert_eq!(mapped, Pictures::new(SHAPE, pixels.clone()));
    assert_eq!((mapped.len(), mapped.crc32()), (5000, crc32fast::hash(&pixels)));
    assert_eq!(mapped.get(4999), &pixels[4999 * 48..]);
    // What has been let go of comes back.
    (0..5000).for_each(|i| mapped.let_go(i));
    assert!(mapped.as_bytes() == pixels);
}

#[test]
fn batches_of_mapped_pictures_are_those_of_pictures_in_memory() {
    let here = Pictures::new(SHAPE, pixels(100));
    let mapped = open(&bytes_of(here.as_bytes())).unwrap();
    let batch = |pictures: &Pictures, step| {
        let mut x = ndarray::Array4::from_elem((7, 4, 4, 3), f32::NAN);
        Batches::new(100, 7, 3).fill(step, pictures, x.view_mut());
        x
    };
    (0..40).for_each(|step| assert_eq!(batch(&here, step), batch(&mapped, step), "{step}"));
}

/// The memory that a process has must not grow with what it has seen of a file.
#[cfg(target_os = "linux")]
#[test]
fn pictures_that_have_been_shown_take_no_memory() {
    let side = 512;
    let shape = shape(side, 3);
    let place = Place::new();
    let path = place.path("cache");
    let mut writer = CacheWriter::new(File::create(&path).unwrap(), shape, VERSION).unwrap();
    let picture = vec![9; shape.len()];
    (0..64).for_each(|_| writer.write(&picture).unwrap());
    writer.finish("").unwrap();
    let (pictures, _) = cached(&path, shape, VERSION).unwrap();
    let resident = || {
        let mut maps = String::new();
        File::open("/proc/self/smaps").unwrap().read_to_string(&mut maps).unwrap();
        let own = maps.split_once("/cache\n").map_or("", |(_, rest)| rest);
        let line = own.lines().find(|line| line.starts_with("Rss:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() << 10
    };
    assert_eq!(pictures.crc32(), crc32fast::hash(&picture.repeat(64)));
    assert!(resident() <= 256 << 10, "{} after a sum", resident());
    let mut x = ndarray::Array4::zeros((8, side, side, 3));
    let mut batches = Batches::new(64, 8, 1);
    (0..8).for_each(|step| batches.fill(step, &pictures, x.view_mut()));
    // 48 MiB have been shown. Of each picture the pages around it may be left by its neighbour.
    assert!(resident() <= 2 << 20, "{} after batches", resident());
    assert_eq!(pictures.as_bytes().len(), 64 * shape.len());
    assert!(pictures.as_bytes().iter().all(|&byte| byte == 9));
    assert!(resident() >= 40 << 20, "or nothing was measured");
}

#[test]
fn every_cut_and_every_changed_byte_is_noticed() {
    let whole = bytes_of(&pixels(3));
    assert!(open(&whole).is_ok());
    for end in 0..whole.len() {
        let told = open(&whole[..end]).unwrap_err();
        assert!(told.contains("too short") || told.contains("bytes, but should"), "{end}: {told}");
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
fn one_that_was_not_finished_is_none() {
    let mut file = Cursor::new(Vec::new());
    let mut writer = CacheWriter::new(&mut file, SHAPE, VERSION).unwrap();
    writer.write(&pixels(3)).unwrap();
    assert!(open(&file.into_inner()).unwrap_err().contains("or half of one"));
    // Nor is one without pictures.
    let empty = CacheWriter::new(Cursor::new(Vec::new()), SHAPE, VERSION).unwrap();
    open(&empty.finish("none").unwrap().into_inner()).unwrap_err();
}

/// A header with a checksum that is right.
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
        let told = open(&sealed(|b| b[20..28].copy_from_slice(&count.to_le_bytes()))).unwrap_err();
        let wanted = u128::from(count) * 48 + 86;
        assert!(told.ends_with(&format!("but should have {wanted}")), "{told}");
    }
    for notes in [0u32, 13, u32::MAX] {
        let told = open(&sealed(|b| b[60..64].copy_from_slice(&notes.to_le_bytes()))).unwrap_err();
        let wanted = u64::from(notes) + 3 * 48 + 72;
        assert!(told.ends_with(&format!("but should have {wanted}")), "{told}");
    }
}

/// As many as there is room for, and none that no writer has written.
#[test]
fn notes_have_an_end() {
    let place = Place::new();
    let long = |notes: &str| {
        let file = Cursor::new(Vec::new());
        let mut writer = CacheWriter::new(file, SHAPE, VERSION).unwrap();
        writer.write(&pixels(3)).unwrap();
        writer.finish(notes).unwrap().into_inner()
    };
    let kept = |bytes: &[u8]| cached(&place.put("cache", bytes), SHAPE, VERSION).unwrap().1;
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
fn another_set_another_shape_and_another_format_are_no_damage() {
    let place = Place::new();
    let path = place.put("cache", bytes_of(&pixels(3)));
    let told = |path, shape, version| match cached(path, shape, version) {
        Err(CacheError::Other(told)) => told,
        other => panic!("{other:?}"),
    };
    assert!(told(&path, SHAPE, Version([8; 32])).contains("have changed since"));
    assert!(told(&path, shape(4, 1), VERSION).contains("4 × 4 × 3"));
    let newer = place.put("newer", sealed(|b| b[8] = 3));
    assert_eq!(told(&newer, SHAPE, VERSION), "is a cache of format 3, and this program knows 2");
    let missing = cached(&place.path("missing"), SHAPE, VERSION);
    assert!(matches!(missing, Err(CacheError::Read(_))), "{missing:?}");
}

#[test]
fn a_version_is_of_names_lengths_and_times() {
    let place = Place::new();
    let path = place.put("cats/a.png", png(16, [1; 3]));
    let source = Source::at(&place.path("cats")).unwrap();
    let mut seen = vec![version(&source).unwrap()];
    assert_eq!(version(&source).unwrap(), seen[0]);
    let mut is_another = |what: &str| {
        let now = version(&source).unwrap();
        assert!(!seen.contains(&now), "{what}");
        seen.push(now);
    };
    let file = OpenOptions::new().append(true).open(&path).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    file.set_modified(time).unwrap();
    is_another("time");
    std::io::Write::write_all(&mut &file, b"!").unwrap();
    file.set_modified(time).unwrap();
    is_another("length");
    fs::rename(&path, path.with_file_name("b.png")).unwrap();
    is_another("name");
    place.put("cats/deep/c.png", "");
    is_another("one more");
    // A set that is moved as a whole is the same.
    let before = version(&source).unwrap();
    fs::rename(place.path("cats"), place.path("felines")).unwrap();
    assert_eq!(version(&Source::at(&place.path("felines")).unwrap()).unwrap(), before);

    let cats = |count, seed| version(&Source::Drawn { count, seed }).unwrap();
    assert!(cats(1, 2) == cats(1, 2) && cats(1, 2) != cats(2, 2) && cats(1, 2) != cats(1, 3));
    let array = Source::Npy(place.put("a.npy", "x"));
    let before = version(&array).unwrap();
    File::options().append(true).open(place.path("a.npy")).unwrap().set_modified(time).unwrap();
    assert_ne!(version(&array).unwrap(), before);
    assert!(version(&Source::Npy(place.path("gone.npy"))).is_err());
}
