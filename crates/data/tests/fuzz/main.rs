//! Damaged image files, archives, array files and caches: their readers refuse them with the name of the file
//! and a reason, never panic, and need no more memory than a few times the file, or than they may.
//! Nor does the search for this program's mark in an image; and no Netpbm file panics.
//! Alone in its process, because it counts allocations.

mod archives;
mod images;

use std::fs;
use std::io::{Cursor, Write};

use dcgan_data::own_files::{is_own_image, mark_gif};
use dcgan_data::{CacheWriter, DataError, Shape, Source, SourceHash, load, open_cache, survey};
use dcgan_mutate::{Draws, most_of, mutated};
use ndarray::Array4;
use ndarray_npy::WriteNpyExt;

/// The number of inputs for each reader.
const INPUTS: u64 = 3000;

/// Memory that a reader needs for any file: a buffer, a parser, decompression.
const FLAT: usize = 512 << 10;

/// Reads a file of these bytes as training would.
fn read(bytes: &[u8]) -> (Result<usize, DataError>, usize) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("file");
    fs::write(&path, bytes).unwrap();
    let (loaded, most) = most_of(|| {
        let source = Source::at(&path)?;
        survey(&source)?;
        let (images, _) = load(&source, Shape { side: 4, channels: 1 }, &|_, _| ())?;
        Ok(images.len())
    });
    if let Err(error) = &loaded {
        let message = DataError::to_string(error);
        assert!(message.contains("file") && !message.contains('\n'), "{message}");
    }
    (loaded, most)
}

fn npy() -> Vec<u8> {
    let mut bytes = Vec::new();
    let images = Array4::from_shape_fn((5, 4, 4, 3), |(n, h, w, c)| (n + h + w + c) as u8);
    images.write_npy(&mut bytes).unwrap();
    bytes
}

fn floats() -> Vec<u8> {
    let mut bytes = Vec::new();
    Array4::from_elem((5, 3, 4, 4), 0.5f32).write_npy(&mut bytes).unwrap();
    bytes
}

fn idx() -> Vec<u8> {
    let header = [0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 4, 0, 0, 0, 4];
    [&header[..], &[7; 9 * 16]].concat()
}

/// One test, because two at a time would count each other's memory.
#[test]
fn no_damage_panics_or_takes_memory() {
    for (reader, whole) in [(1, npy()), (2, floats()), (3, idx())] {
        assert!(read(&whole).0.is_ok());
        let mut refused = 0;
        for i in 0..INPUTS {
            let bytes = mutated(&whole, &mut Draws::new(reader, i));
            let (read, most) = read(&bytes);
            refused += u64::from(read.is_err());
            assert!(most <= 64 * bytes.len() + FLAT, "reader {reader}, input {i}: {most}");
        }
        assert!(refused > INPUTS / 4, "reader {reader}: only {refused} were damaged");
    }
    compressed();
    claims();
    caches();
    images::no_damage_panics_or_takes_memory(FLAT);
    archives::no_damage_panics_or_takes_memory();
    marks();
    netpbm();
}

/// Images with this program's mark. Damage may hide it, but costs neither memory nor a panic.
fn marks() {
    let text = b"dcgan\0{\"format\":1}";
    let length = (text.len() as u32).to_be_bytes();
    let png = [b"\x89PNG\r\n\x1a\n", &length[..], b"tEXt", text, b"sum ", &[0; 9]].concat();
    let mut gif =
        [&b"GIF89a\x01\0\x01\0\x80\0\0"[..], &[9; 6], b"\x21\xf9\x04\0\0\0\0\0,"].concat();
    mark_gif(&mut gif, "1.0");
    for (reader, whole) in [(7, png), (8, gif)] {
        assert!(is_own_image(Cursor::new(&whole)));
        let mut hidden = 0;
        for i in 0..INPUTS {
            let bytes = mutated(&whole, &mut Draws::new(reader, i));
            let (own, most) = most_of(|| is_own_image(Cursor::new(&bytes)));
            hidden += u64::from(!own);
            assert!(most <= 4096, "reader {reader}, input {i}: {most}");
        }
        assert!(hidden > INPUTS / 4, "reader {reader}: only {hidden} were damaged");
    }
}

/// Netpbm images of each kind. What memory their pixels take is the decoder's to limit.
fn netpbm() {
    let pam = b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n123456789abc";
    for (reader, whole) in [
        (9, &b"P2 # grey\n2 2 15 0 3 6 15\n"[..]),
        (10, b"P3\n2 1\n255\n1 2 3 4 5 6\n"),
        (11, b"P5 2 2 4095\n\x01\x02\x03\x04\x05\x06\x07\x08"),
        (12, b"P4\n3 2\n\xa0\x40"),
        (13, pam),
    ] {
        assert!(read(whole).0.is_ok(), "{reader}");
        (0..INPUTS / 10).for_each(|i| drop(read(&mutated(whole, &mut Draws::new(reader, i)))));
    }
}

/// Damaged caches; every second one has a valid header checksum.
fn caches() {
    let (shape, version) = (Shape { side: 4, channels: 3 }, SourceHash([1; 32]));
    let mut whole = CacheWriter::new(Cursor::new(Vec::new()), shape, version).unwrap();
    whole.write(&[7; 9 * 48]).unwrap();
    let whole = whole.finish("a note").unwrap().into_inner();
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("pictures.cache");
    for i in 0..INPUTS {
        let mut bytes = mutated(&whole, &mut Draws::new(6, i));
        if let Some((head, [a, b, c, d, ..])) = bytes.split_at_mut_checked(68)
            && i % 2 == 0
        {
            [*a, *b, *c, *d] = crc32fast::hash(head).to_le_bytes();
        }
        fs::write(&path, &bytes).unwrap();
        let (read, most) = most_of(|| open_cache(&path, shape, version));
        assert!(most <= FLAT + (256 << 10), "input {i}: {most}");
        match read {
            Ok((images, notes)) => {
                assert!(images.as_bytes() == [7; 9 * 48] && notes == "a note", "input {i}");
            }
            Err(error) => assert!(!error.to_string().contains('\n'), "input {i}: {error}"),
        }
    }
}

fn compressed() {
    for i in 0..INPUTS {
        let draws = &mut Draws::new(4, i);
        // Damage before, after, or on both sides of the compression.
        let inner = if i % 3 == 0 { idx() } else { mutated(&idx(), draws) };
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&inner).unwrap();
        let gzip = gzip.finish().unwrap();
        let bytes = if i % 3 == 1 { gzip } else { mutated(&gzip, draws) };
        let (_, most) = read(&bytes);
        assert!(most <= 64 * inner.len() + 1100 * bytes.len() + FLAT, "input {i}: {most}");
    }
}

/// Headers that claim far more than there is, and headers nested as deep as they are long.
fn claims() {
    let large = [0x7fu8, 0xff, 0xff, 0xff];
    for sizes in [[1u32, 30_000, 30_000], [60_000, 30_000, 30_000], [4_000_000_000, 1, 1]] {
        let mut bytes = vec![0, 0, 8, 3];
        sizes.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
        bytes.extend(large);
        let (read, most) = read(&bytes);
        assert!(read.unwrap_err().to_string().contains("image "));
        assert!(most <= FLAT, "{sizes:?}: {most}");
    }
    let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (9, 30000, 30000)}\n";
    let array = [b"\x93NUMPY\x01\x00".as_slice(), &[text.len() as u8, 0], text.as_bytes()];
    let (array, most) = read(&array.concat());
    assert!(array.unwrap_err().to_string().contains("needs 8100000"));
    assert!(most <= FLAT, "{most}");
    for text in ["(".repeat(4000), "{'shape': ".repeat(400), "[".repeat(65_000)] {
        let mut bytes = b"\x93NUMPY\x02\x00".to_vec();
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
        let (read, most) = read(&bytes);
        assert!(read.unwrap_err().to_string().contains("header cannot be read"));
        assert!(most <= 64 * bytes.len() + FLAT, "{most}");
    }
}
