//! Damaged files: they are refused with one line that names the file, or run.

use std::fs;

use dcgan_mutate::{Draws, mutated};

use super::network::file;
use crate::Extractor;

/// Whether a file of these bytes opens.
fn opens(bytes: &[u8]) -> bool {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("file.onnx");
    fs::write(&path, bytes).unwrap();
    let result =
        Extractor::open(&path).and_then(|extractor| extractor.features(&[100; 8 * 8 * 3], 8, 3));
    if let Err(error) = &result {
        let message = error.to_string();
        assert!(message.contains("file.onnx: ") && !message.contains('\n'), "{message}");
    }
    result.is_ok()
}

#[test]
fn a_file_that_ends_early_is_refused() {
    let whole = fs::read(file("pooled")).unwrap();
    assert!(opens(&whole));
    let opened: Vec<_> = (0..whole.len()).filter(|&len| opens(&whole[..len])).collect();
    // Only where the size, the first of the metadata, ends is the rest a whole file of its own.
    let mean = whole.windows(10).position(|bytes| bytes == b"dcgan.mean").unwrap();
    assert_eq!(opened, [mean - 4]);
}

#[test]
fn other_files_are_refused() {
    let noise: Vec<u8> = (0..5000).map(|i| Draws::new(1, i).below(256) as u8).collect();
    for bytes in [
        &b""[..],
        b"\0",
        b"{\"a\": 1}\n",
        b"the quick brown fox\n",
        b"\x89PNG\r\n\x1a\n",
        &[0xff; 100],
        &noise,
    ] {
        assert!(!opens(bytes));
    }
    assert!(noise.chunks(50).all(|noise| !opens(noise)));
}

#[test]
fn a_damaged_file_never_panics() {
    for name in ["pooled", "maps"] {
        let whole = fs::read(file(name)).unwrap();
        for input in 0..1000 {
            opens(&mutated(&whole, &mut Draws::new(2, input)));
        }
    }
}

/// A field of a message, as its key and its bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut len = bytes.len();
    while len > 0x7f {
        field.push(len as u8 | 0x80);
        len >>= 7;
    }
    field.push(len as u8);
    [&field, bytes].concat()
}

/// The reader of the runtime calls itself for each graph in a graph.
#[test]
fn a_deeply_nested_file_is_refused() {
    // A graph in an attribute of a node of a graph, and so on.
    let nested =
        |levels| (0..levels).fold(vec![], |graph, _| field(1, &field(5, &field(6, &graph))));
    let message = |levels| {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("file.onnx");
        fs::write(&path, field(7, &nested(levels))).unwrap();
        Extractor::open(&path).unwrap_err().to_string()
    };
    assert!(!message(10).contains("not an ONNX file"), "{}", message(10));
    assert!(message(3000).contains("not an ONNX file"), "{}", message(3000));
}
