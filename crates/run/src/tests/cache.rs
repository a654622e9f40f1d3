//! Images are cached on a disk that fails at any moment.

use std::fs;

use dcgan_data::{
    CacheError, Excluded, Exclusion, Report, Shape, Skipped, Source, load, open_cache, source_hash,
};

use super::checkpoints::Faulty;
use crate::cache::{load_on, warnings};
use crate::files::Real;
use crate::memory_limit::{MemoryLimit, bytes};

const SHAPE: Shape = Shape { side: 16, channels: 3 };

const CATS: Source = Source::Synthetic { count: 200, seed: 1 };

const NONE: MemoryLimit = MemoryLimit(0);

#[test]
fn whichever_operation_fails_there_is_a_complete_file_or_none() {
    let (expected, _) = load(&CATS, SHAPE, &|_, _| ()).unwrap();
    let mut injected = 0;
    for forever in [false, true] {
        for at in 1.. {
            let run = tempfile::tempdir().unwrap();
            let path = run.path().join("pictures.cache");
            let mut disk = Faulty { at, forever, asked: 0 };
            let read = load_on(&mut disk, &path, &CATS, SHAPE, NONE, &mut ());
            if disk.asked < at {
                assert!(read.unwrap() == expected);
                break;
            }
            injected += 1;
            let message = read.unwrap_err().report();
            for part in
                ["cannot write ", "pictures.cache", "raise the memory limit", "no storage space"]
            {
                assert!(message.contains(part), "{message}");
            }
            match open_cache(&path, SHAPE, source_hash(&CATS).unwrap()) {
                // A file that could not be seen to reach the disk may be there nevertheless.
                Ok((images, _)) => assert!(images == expected),
                Err(CacheError::Read(_)) => {
                    assert_eq!(fs::read_dir(run.path()).unwrap().count(), 0)
                }
                Err(other) => panic!("operation {at}: {other}"),
            }
        }
    }
    assert!(injected >= 2 * 8, "{injected}: all operations of several blocks");
}

#[test]
fn what_fits_stays_in_memory_and_touches_no_disk() {
    let run = tempfile::tempdir().unwrap();
    let path = run.path().join("pictures.cache");
    let (expected, _) = load(&CATS, SHAPE, &|_, _| ()).unwrap();
    let size = expected.as_bytes().len() as u64;
    let read = |limit| {
        // A cache would be reused.
        let _ = fs::remove_file(&path);
        let images = load_on(&mut Real, &path, &CATS, SHAPE, MemoryLimit(limit), &mut ());
        assert!(images.unwrap() == expected);
        path.exists()
    };
    assert!(!read(u64::MAX) && !read(size));
    assert!(read(size - 1));
}

/// What fitted into memory comes first in the file.
#[test]
fn what_was_in_memory_moves_to_the_disk_with_the_rest() {
    let run = tempfile::tempdir().unwrap();
    let path = run.path().join("pictures.cache");
    // Five make a block.
    let shape = Shape { side: 1024, channels: 3 };
    let cats = Source::Synthetic { count: 6, seed: 1 };
    let (expected, _) = load(&cats, shape, &|_, _| ()).unwrap();
    let limit = MemoryLimit(5 * shape.len() as u64);
    let images = load_on(&mut Real, &path, &cats, shape, limit, &mut ()).unwrap();
    assert!(path.exists() && images == expected);
}

#[test]
fn sizes_are_rounded_up() {
    let message = [0, 1, 1 << 20, (64 << 20) + 1, 2 << 30, 1_228_800_000].map(bytes);
    assert_eq!(message, ["0 KiB", "1 KiB", "1 MiB", "65 MiB", "2.0 GiB", "1.2 GiB"]);
}

/// The cache keeps the warnings line by line.
#[test]
fn a_file_that_was_skipped_takes_one_line_whatever_its_name() {
    let skipped = Skipped { path: "a\nwarning: b\r.png".into(), reason: "is empty".to_owned() };
    let message = warnings(&Report { skipped: vec![skipped], ..Report::default() });
    assert_eq!(message, "warning: skipped a\\nwarning: b\\r.png: is empty\n");
    assert_eq!(warnings(&Report::default()), "");
}

#[test]
fn images_in_a_format_that_cannot_be_read_are_a_warning_and_other_files_are_none() {
    let file = |path: &str, why| Excluded { path: path.into(), why };
    let excluded = vec![
        file("a.HEIC", Exclusion::Unsupported("HEIC")),
        file("b.HEIC", Exclusion::Unsupported("HEIC")),
        file("c.txt", Exclusion::NotAnImage),
        file("runs/a-001", Exclusion::Run),
    ];
    let message = warnings(&Report { excluded, ..Report::default() });
    assert!(message.starts_with("warning: skipped 2 HEIC images: cannot be read; convert to PNG"));
    assert_eq!(message.lines().count(), 1, "{message}");
}
