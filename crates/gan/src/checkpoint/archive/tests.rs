use super::{Archive, ArrayInfo, Index, LENGTH, MAX_INDEX, write};
use crate::Value;

/// An archive with one value and one array of two floats.
fn archive() -> Vec<u8> {
    let index = Index {
        values: vec![("step".to_owned(), Value::Int(7))],
        arrays: vec![ArrayInfo::new("theta".to_owned(), &[1, 2])],
    };
    write(&index, [&[1.5, -2.0][..]])
}

#[test]
fn what_is_written_is_read() {
    let bytes = archive();
    let archive = Archive::open(&bytes).unwrap();
    assert_eq!(archive.int("step"), Ok(7));
    assert_eq!(archive.check("theta", &[1, 2]), Ok(()));
    assert_eq!(archive.floats("theta"), Ok(vec![1.5, -2.0]));
}

#[test]
fn more_or_fewer_floats_than_the_index_lists_are_refused() {
    let bytes = archive();
    for changed in [[&bytes[..], &[0; 4]].concat(), bytes[..bytes.len() - 4].to_vec()] {
        let why = Archive::open(&changed).unwrap_err();
        assert!(why.starts_with("its arrays claim 8 bytes, but it has "), "{why}");
    }
}

/// A longer index whose end nothing reads could hold anything.
#[test]
fn an_index_is_used_to_its_last_byte() {
    let mut bytes = archive();
    let length = u64::from_le_bytes(*bytes.first_chunk().unwrap());
    let end = LENGTH + length as usize;
    bytes.insert(end, 0);
    bytes[..LENGTH].copy_from_slice(&(length + 1).to_le_bytes());
    let why = Archive::open(&bytes).unwrap_err();
    assert_eq!(why, format!("its index has {} bytes, of which {length} are used", length + 1));
}

#[test]
fn an_index_has_a_limit() {
    let length = MAX_INDEX + 1;
    let bytes = [&(length as u64).to_le_bytes()[..], &vec![0; length]].concat();
    let why = Archive::open(&bytes).unwrap_err();
    assert_eq!(why, format!("its index claims {length} bytes"));
}
