use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use ndarray::Array4;
use ndarray_npy::WriteNpyExt;

use super::image_folder::png;
use super::{Place, shape};
use crate::{
    CacheError, CacheFile, DataError, Location, Opened, Report, Shape, Source, Spill, Store, load,
    open_or_read,
};

const SHAPE: Shape = Shape { side: 16, channels: 3 };

const CATS: Source = Source::Synthetic { count: 6, seed: 1 };

/// Writes to a temporary name, and records what it is asked for.
#[derive(Default)]
struct Recorder {
    calls: Vec<String>,
    fails: bool,
}

struct Temporary(File, PathBuf);

impl Spill for Recorder {
    fn create<'a>(&'a mut self, path: &'a Path) -> io::Result<Box<dyn CacheFile + 'a>> {
        self.calls.push("create".into());
        if self.fails {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let file = File::create(path.with_extension("part"))?;
        Ok(Box::new(Temporary(file, path.to_owned())))
    }

    fn discard(&mut self, path: &Path, why: &CacheError) -> io::Result<()> {
        self.calls.push(match why {
            CacheError::Outdated(_) => "discard outdated".into(),
            CacheError::Damaged(_) => "discard damaged".into(),
            CacheError::Read(error) => error.to_string(),
        });
        if self.fails {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        fs::remove_file(path)
    }
}

impl CacheFile for Temporary {
    fn commit(self: Box<Self>) -> io::Result<()> {
        fs::rename(self.1.with_extension("part"), &self.1)
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Seek for Temporary {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

fn notes(report: &Report) -> String {
    format!("skipped {}", report.skipped.len())
}

/// Opens `source`, checks the images and notes, and returns their location and the calls to the disk.
fn open(cache: &Path, source: &Source, shape: Shape, memory_limit: u64) -> (Location, Vec<String>) {
    let mut recorder = Recorder::default();
    let store = Store { source, shape, memory_limit, cache, notes: &notes };
    let Opened { images, location, notes: kept } =
        open_or_read(&store, &mut recorder, &|_, _| ()).unwrap();
    let (expected, report) = load(source, shape, &|_, _| ()).unwrap();
    assert!(images == expected);
    assert_eq!(kept, notes(&report));
    assert_eq!(cache.exists(), location != Location::Memory);
    assert!(!cache.with_extension("part").exists());
    (location, recorder.calls)
}

#[test]
fn a_set_within_the_limit_touches_no_disk() {
    let place = Place::new();
    let cache = place.path("cache");
    let size = 6 * SHAPE.len() as u64;
    assert_eq!(open(&cache, &CATS, SHAPE, size), (Location::Memory, vec![]));
    let spilled = open(&cache, &CATS, SHAPE, size - 1);
    assert_eq!(spilled, (Location::NewCache, vec!["create".to_owned()]));
}

/// What was in memory comes first in the file, and what follows stays out of memory.
#[test]
fn a_set_that_exceeds_the_limit_in_its_second_of_three_blocks_is_complete() {
    let place = Place::new();
    // Each image of this size is a block.
    let large = shape(4100, 1);
    let mut array = Vec::new();
    let level = |(n, ..): (usize, usize, usize, usize)| n as u8 + 1;
    Array4::from_shape_fn((3, 1, 4100, 4100), level).write_npy(&mut array).unwrap();
    let array = Source::at(&place.put("array.npy", array)).unwrap();
    let spilled = open(&place.path("cache"), &array, large, large.len() as u64);
    assert_eq!(spilled.0, Location::NewCache);
}

#[test]
fn a_cache_is_reused_until_the_set_or_the_shape_changes() {
    let place = Place::new();
    let cache = place.path("cache");
    place.put("cats/a.png", png(16, [1; 3]));
    place.put("cats/b.png", "broken");
    let cats = Source::at(&place.path("cats")).unwrap();
    let calls = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(open(&cache, &cats, SHAPE, 0), (Location::NewCache, calls(&["create"])));
    for limit in [0, u64::MAX] {
        assert_eq!(open(&cache, &cats, SHAPE, limit), (Location::ExistingCache, vec![]));
    }
    place.put("cats/c.png", png(16, [2; 3]));
    let outdated = calls(&["discard outdated", "create"]);
    assert_eq!(open(&cache, &cats, SHAPE, 0), (Location::NewCache, outdated.clone()));
    assert_eq!(open(&cache, &cats, shape(8, 3), 0), (Location::NewCache, outdated));
    fs::write(&cache, "not a cache").unwrap();
    let damaged = calls(&["discard damaged"]);
    assert_eq!(open(&cache, &cats, shape(8, 3), u64::MAX), (Location::Memory, damaged));
}

#[test]
fn a_failing_disk_is_an_error_of_its_own() {
    let place = Place::new();
    let cache = place.path("cache");
    let failing = || {
        let mut recorder = Recorder { fails: true, ..Recorder::default() };
        let notes = &|_: &Report| String::new();
        let store = Store { source: &CATS, shape: SHAPE, memory_limit: 0, cache: &cache, notes };
        open_or_read(&store, &mut recorder, &|_, _| ()).unwrap_err()
    };
    let full = failing();
    assert!(matches!(full, DataError::Store(_)), "{full}");
    fs::write(&cache, "not a cache").unwrap();
    let kept = failing();
    assert!(matches!(kept, DataError::Remove { .. }), "{kept}");
}

/// So that a caller can report why a cache is useless before it waits for the images.
#[test]
fn a_cache_is_discarded_before_the_set_is_read() {
    struct Discarding(AtomicBool);
    impl Spill for &Discarding {
        fn create<'a>(&'a mut self, _: &'a Path) -> io::Result<Box<dyn CacheFile + 'a>> {
            Err(io::ErrorKind::Unsupported.into())
        }
        fn discard(&mut self, path: &Path, _: &CacheError) -> io::Result<()> {
            self.0.store(true, SeqCst);
            fs::remove_file(path)
        }
    }
    let place = Place::new();
    let cache = place.put("cache", "not a cache");
    let discarding = Discarding(AtomicBool::new(false));
    let progress = |_, _| assert!(discarding.0.load(SeqCst));
    let notes = &|_: &Report| String::new();
    let store = Store { source: &CATS, shape: SHAPE, memory_limit: u64::MAX, cache: &cache, notes };
    open_or_read(&store, &mut &discarding, &progress).unwrap();
    assert!(discarding.0.load(SeqCst));
}
