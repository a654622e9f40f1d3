//! Damaged image files of every format.

use std::fs;
use std::io;
use std::path::Path;

use dcgan_data::{Receiver, Shape, Source, read, survey};
use dcgan_mutate::{Draws, most_of, mutated};

/// The number of inputs for each file.
const INPUTS: u64 = 100;

/// Memory for decoding: more than any of these files needs, unless its damage claims more.
pub(super) const ROOM: u64 = 4 << 20;

/// Files of the matrix.
const WHOLE: [&str; 24] = [
    "jpeg/420-baseline.jpg",
    "jpeg/420-scan-a-channel.jpg",
    "jpeg/420-progressive.jpg",
    "jpeg/420-restarts.jpg",
    "jpeg/coarse-luma-baseline.jpg",
    "jpeg/exif-6.jpg",
    "jpeg/ycck.jpg",
    "png/rgba-8-interlaced.png",
    "png/palette-transparent.png",
    "png/exif-6.png",
    "gif/interlaced.gif",
    "gif/animated.gif",
    "webp/lossless.webp",
    "webp/lossy-alpha.webp",
    "bmp/565.bmp",
    "bmp/rle8.bmp",
    "pnm/P3.ppm",
    "pnm/P7.pam",
    "tiff/predictor.tif",
    "tiff/jpeg.tif",
    "tiff/planes-rgb-16.tif",
    "tiff/palette-4.tif",
    "tiff/f4-signed.tif",
    "tiff/five-pages.tif",
];

pub(super) struct Discarded;

impl Receiver for Discarded {
    fn take(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn room(&mut self, _: u64) -> io::Result<u64> {
        Ok(ROOM)
    }
}

/// That damage is refused in one line, and takes no more memory than there is.
pub(super) fn no_damage_panics_or_takes_memory(flat: usize) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("file");
    for (name, reader) in WHOLE.into_iter().zip(100..) {
        let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix/files");
        let whole = fs::read(files.join(name)).unwrap();
        let mut refused = 0;
        for i in 0..=INPUTS {
            let damaged = mutated(&whole, &mut Draws::new(reader, i));
            let bytes = if i == 0 { &whole } else { &damaged };
            fs::write(&path, bytes).unwrap();
            let (outcome, most) = most_of(|| {
                let source = Source::Folder(path.clone());
                survey(&source)?;
                read(&source, Shape { side: 4, channels: 3 }, &|_, _| (), &mut Discarded)
            });
            assert!(outcome.is_ok() || i > 0, "{name}: {outcome:?}");
            if let Err(error) = outcome {
                assert!(!error.to_string().contains('\n'), "{name}, input {i}: {error}");
                refused += 1;
            }
            assert!(most <= ROOM as usize + flat, "{name}, input {i}: {most}");
        }
        assert!(refused > INPUTS / 8, "{name}: only {refused} were refused");
    }
}
