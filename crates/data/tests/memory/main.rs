//! Decoding takes no more memory than it may, whatever the format and however many threads there are.
//! Alone in its process, because it counts allocations.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcgan_data::{DataError, Receiver, Report, Shape, Source, load, read};
use dcgan_mutate::most_of;

/// Memory for what is not being decoded: names, reports, blocks of images, threads.
const FLAT: u64 = 512 << 10;

/// Keeps the images, and has this much memory for decoding.
struct Limited {
    room: u64,
    images: Vec<u8>,
}

impl Receiver for Limited {
    fn take(&mut self, images: &[u8]) -> io::Result<()> {
        self.images.extend_from_slice(images);
        Ok(())
    }

    fn room(&mut self, _: u64) -> io::Result<u64> {
        Ok(self.room)
    }
}

/// The images that are read in this much memory, the report, and the memory that was taken.
fn within(room: u64, path: &Path, shape: Shape) -> (Result<(Vec<u8>, Report), DataError>, u64) {
    let mut limited = Limited { room, images: Vec::new() };
    let source = Source::at(path).unwrap();
    let (outcome, most) = most_of(|| read(&source, shape, &|_, _| (), &mut limited));
    (outcome.map(|report| (limited.images, report)), most as u64)
}

/// The least memory in which an image is decoded, up to a few percent, and what it takes then.
fn least(path: &Path, shape: Shape) -> (u64, u64) {
    let mut room = 256 << 10;
    loop {
        match within(room, path, shape) {
            (Ok(_), most) => return (room, most),
            (Err(error), _) => {
                assert!(error.to_string().contains("MB to decode, more than"), "{error}");
                room += room / 16;
            }
        }
    }
}

fn large() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix/large");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// One test, because two at a time would count each other's memory.
#[test]
fn decoding_stays_within_its_memory() {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool(1).install(each_format);
    pool(4).install(several_at_a_time);
}

fn each_format() {
    let (mut wrong, mut files) = (Vec::new(), 0);
    for path in large() {
        for channels in [1, 3, 4] {
            let shape = Shape { side: 64, channels };
            let (room, most) = least(&path, shape);
            // An image that would fit must not be refused either.
            if most > room + FLAT || room > 3 * most {
                wrong.push(format!("{} {channels}: {most} of {room}", path.display()));
            }
        }
        files += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(files > 20);
}

/// Eight images on four threads, in memory for less than three.
fn several_at_a_time() {
    let place = tempfile::tempdir().unwrap();
    let shape = Shape { side: 64, channels: 3 };
    let (file, small) = (
        large().into_iter().find(|path| path.ends_with("deep.png")).unwrap(),
        ["jpeg/444-baseline.jpg", "png/rgb-8.png"],
    );
    let (need, _) = least(&file, shape);
    for i in 0..8 {
        fs::copy(&file, place.path().join(format!("{i}.png"))).unwrap();
        let small = file.parent().unwrap().with_file_name("files").join(small[i % 2]);
        fs::copy(small, place.path().join(format!("{i}-small"))).unwrap();
    }
    let (all, _) = load(&Source::at(place.path()).unwrap(), shape, &|_, _| ()).unwrap();
    let (outcome, most) = within(5 * need / 2, place.path(), shape);
    let (images, report) = outcome.unwrap();
    assert!(report.skipped.is_empty(), "{report:?}");
    assert!(images == all.as_bytes(), "the order or the pixels depend on the memory");
    assert!(most <= 5 * need / 2 + FLAT, "{most} of {}", 5 * need / 2);
    let (outcome, most) = within(need / 2, place.path(), shape);
    let skipped = outcome.unwrap().1.skipped;
    assert_eq!(skipped.len(), 8, "{skipped:?}");
    assert!(most <= need + FLAT, "{most} of {need}");
}
