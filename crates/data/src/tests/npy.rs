use std::io::{Cursor, Read};

use crate::npy::{Dtype, Header, HeaderError};

/// A file of format version 1 with this dictionary and content.
fn file(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let length = (dictionary.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], dictionary.as_bytes(), content].concat()
}

fn dictionary(descr: &str, shape: &str) -> String {
    format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}\n")
}

fn read(bytes: &[u8]) -> Result<Header, HeaderError> {
    Header::read(&mut Cursor::new(bytes), bytes.len() as u64)
}

#[test]
fn every_type_is_decoded_in_both_byte_orders() {
    let (float, double) = (-2.5f32, 1e300f64);
    let cases: [(&str, Dtype, &[u8], f64); 5] = [
        ("|u1", Dtype::U8, &[200], 200.0),
        ("<f4", Dtype::F32 { big_endian: false }, &float.to_le_bytes(), -2.5),
        (">f4", Dtype::F32 { big_endian: true }, &float.to_be_bytes(), -2.5),
        ("<f8", Dtype::F64 { big_endian: false }, &double.to_le_bytes(), 1e300),
        (">f8", Dtype::F64 { big_endian: true }, &double.to_be_bytes(), 1e300),
    ];
    for (descr, dtype, element, value) in cases {
        let bytes = file(&dictionary(descr, "1, 1"), element);
        let mut reader = Cursor::new(&bytes);
        let header = Header::read(&mut reader, bytes.len() as u64).unwrap();
        let data_start = (bytes.len() - element.len()) as u64;
        let expected = Header { dtype, shape: vec![1, 1], fortran_order: false, data_start };
        assert_eq!(header, expected);
        // The reader is left at the first element.
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).unwrap();
        assert_eq!((dtype.size(), dtype.decode(&rest)), (element.len(), value), "{descr}");
    }
    let fortran = dictionary("|u1", "1, 1").replace("False", "True");
    assert!(read(&file(&fortran, &[1])).unwrap().fortran_order);
}

#[test]
fn a_file_must_be_as_long_as_its_header_requires() {
    let whole = file(&dictionary("<f4", "2, 3"), &[0; 24]);
    assert!(read(&whole).is_ok());
    for other in [&whole[..whole.len() - 1], &[&whole[..], &[0]].concat()] {
        assert!(matches!(read(other), Err(HeaderError::Size { .. })));
    }
    // The product of the dimensions exceeds every integer type.
    let shape = format!("{0}, {0}, {0}", 1u64 << 63);
    let claim = read(&file(&dictionary("|u1", &shape), &[]));
    assert!(matches!(claim, Err(HeaderError::Size { needed: u128::MAX, .. })), "{claim:?}");
}

#[test]
fn each_damage_has_its_error() {
    assert!(matches!(read(b"GIF89a and more"), Err(HeaderError::NotNpy)));
    assert!(matches!(read(b"\x93NUMPY"), Err(HeaderError::Read(_))));
    assert!(matches!(read(&file("{'descr'", &[])), Err(HeaderError::Syntax(_))));
    let integers = read(&file(&dictionary("<i8", "1,"), &[0; 8]));
    assert!(matches!(&integers, Err(HeaderError::Dtype(name)) if name == "<i8"), "{integers:?}");
    // Longer than NumPy writes, and longer than the file.
    let padded = dictionary("|u1", "1,") + &" ".repeat(4096);
    for (bytes, claimed) in [
        (file(&padded, &[1]), padded.len() as u64),
        (b"\x93NUMPY\x01\x00\xff\x0f{}\n".to_vec(), 0xfff),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}\n".to_vec(), 0xffff_ffff),
    ] {
        let error = read(&bytes);
        assert!(
            matches!(error, Err(HeaderError::TooLong(n)) if n == claimed),
            "{claimed}: {error:?}"
        );
    }
}
