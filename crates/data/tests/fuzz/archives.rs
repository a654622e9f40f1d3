//! Damaged archives of images.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use dcgan_data::{Shape, Source, read, survey};
use dcgan_mutate::{Draws, most_of, mutated};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::images::{Discarded, ROOM};

/// The number of inputs for each kind.
const INPUTS: u64 = 300;

/// Memory for a directory, and for a decompressor and a decoder on each thread.
const FLAT: usize = 2 << 20;

/// The files in each archive: images and a text.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let matrix = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix/files");
    let images = [("a/1.png", "png/rgb-8.png"), ("b/2.jpg", "jpeg/grey.jpg")];
    let read = |(name, file)| (name, fs::read(matrix.join(file)).unwrap());
    images.into_iter().map(read).chain([("notes.txt", b"notes".to_vec())]).collect()
}

fn zip(method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipArchiveWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files() {
        let (mut entry, config) = zip.new_file(name).compression_method(method).start().unwrap();
        let written = if method == CompressionMethod::DEFLATE {
            let encoder = DeflateEncoder::new(&mut entry, Compression::default());
            let mut writer = config.wrap(encoder);
            writer.write_all(&bytes).unwrap();
            let (encoder, written) = writer.finish().unwrap();
            encoder.finish().unwrap();
            written
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(&bytes).unwrap();
            writer.finish().unwrap().1
        };
        entry.finish(written).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar() -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files() {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, name, &bytes[..]).unwrap();
    }
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    header.set_entry_type(tar::EntryType::Link);
    tar.append_link(&mut header, "long/".repeat(40) + "3.png", "a/1.png").unwrap();
    tar.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn cifar() -> Vec<u8> {
    (0..3).flat_map(|i| [vec![i], vec![40 * i; 3072]].concat()).collect()
}

/// That damage is refused in one line, and takes no more memory than there is.
pub(super) fn no_damage_panics_or_takes_memory() {
    let place = tempfile::tempdir().unwrap();
    for (name, reader, whole, images) in [
        ("a.zip", 200, zip(CompressionMethod::STORE), 2),
        ("b.zip", 201, zip(CompressionMethod::DEFLATE), 2),
        ("a.tar", 202, tar(), 3),
        ("a.tar.gz", 203, gzip(&tar()), 3),
        ("a.bin", 204, cifar(), 3),
    ] {
        let path = place.path().join(name);
        let mut refused = 0;
        for i in 0..=INPUTS {
            let draws = &mut Draws::new(reader, i);
            // Damage in what is compressed reaches the reader behind the decompressor.
            let bytes = match (name, i % 2) {
                _ if i == 0 => whole.clone(),
                ("a.tar.gz", 1) => gzip(&mutated(&tar(), draws)),
                _ => mutated(&whole, draws),
            };
            fs::write(&path, &bytes).unwrap();
            let (outcome, most) = most_of(|| {
                let source = Source::at(&path)?;
                survey(&source)?;
                read(&source, Shape { side: 4, channels: 3 }, &|_, _| (), &mut Discarded)
            });
            assert!(most <= ROOM as usize + FLAT, "{name}, input {i}: {most}");
            match outcome {
                Ok(report) => {
                    assert!(i > 0 || report.files.len() == images, "{name}: {report:?}");
                    let one_line = |text: &str| !text.contains('\n');
                    assert!(report.skipped.iter().all(|skipped| one_line(&skipped.reason)));
                }
                Err(error) => {
                    let error = error.to_string();
                    assert!(i > 0 && error.contains(name) && !error.contains('\n'), "{i}: {error}");
                    refused += 1;
                }
            }
        }
        assert!(refused > INPUTS / 8, "{name}: only {refused} were refused");
    }
}
