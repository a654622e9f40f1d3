//! Archives for tests, intact or with something wrong.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

/// A file to be packed.
#[derive(Clone)]
pub(super) struct Packed {
    pub(super) name: Vec<u8>,
    pub(super) bytes: Vec<u8>,
    pub(super) method: u16,
    pub(super) flags: u16,
    /// Of the system by which the archive was made.
    pub(super) attributes: u32,
    /// What the archive claims, if not the truth.
    pub(super) size: Option<u32>,
    pub(super) crc32: Option<u32>,
}

pub(super) const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;

pub(super) fn packed(name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>, method: u16) -> Packed {
    let (name, bytes) = (name.as_ref().to_vec(), bytes.as_ref().to_vec());
    Packed { name, bytes, method, flags: 0, attributes: 0, size: None, crc32: None }
}

/// A zip archive of the files.
pub(super) fn zip(files: &[Packed]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let offset = out.len() as u32;
        let data = if file.method == DEFLATED { deflated(&file.bytes) } else { file.bytes.clone() };
        let crc32 = file.crc32.unwrap_or_else(|| crc32fast::hash(&file.bytes));
        let size = file.size.unwrap_or(file.bytes.len() as u32);
        let mut about = Vec::new();
        about.extend(20u16.to_le_bytes());
        about.extend(file.flags.to_le_bytes());
        about.extend(file.method.to_le_bytes());
        about.extend([0; 4]);
        for number in [crc32, data.len() as u32, size] {
            about.extend(number.to_le_bytes());
        }
        about.extend((file.name.len() as u16).to_le_bytes());
        about.extend([0; 2]);
        out.extend(b"PK\x03\x04");
        out.extend(&about);
        out.extend(&file.name);
        out.extend(data);
        // Made on Unix, by version 2.0.
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(&about);
        directory.extend([0; 6]);
        directory.extend(file.attributes.to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(&file.name);
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([(files.len() as u16).to_le_bytes(); 2].concat());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// The same files in a large archive: all numbers are in the fields of 64 bits, except in local headers.
pub(super) fn zip64(files: &[Packed]) -> Vec<u8> {
    let whole = zip(files);
    let end = whole.len() - 22;
    let number = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().unwrap());
    let (start, unknown) = (number(end + 16) as usize, [0xff; 4]);
    let (mut out, mut at) = (whole[..start].to_vec(), start);
    for file in files {
        let mut header = whole[at..at + 46].to_vec();
        let sizes = [24, 20, 42].map(|field| u64::from(number(at + field)).to_le_bytes()).concat();
        [20, 24, 42].iter().for_each(|&field| header[field..field + 4].copy_from_slice(&unknown));
        header[30..32].copy_from_slice(&28u16.to_le_bytes());
        out.extend([&header, &file.name, &[1, 0, 24, 0][..], &sizes].concat());
        at += 46 + file.name.len();
    }
    let (start, record, count) = (start as u64, out.len() as u64, files.len() as u64);
    out.extend(b"PK\x06\x06");
    out.extend(44u64.to_le_bytes());
    out.extend([45, 0, 45, 0]);
    out.extend([0; 8]);
    for number in [count, count, record - start, start] {
        out.extend(number.to_le_bytes());
    }
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend(record.to_le_bytes());
    out.extend([1, 0, 0, 0]);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([unknown; 3].concat());
    out.extend([0; 2]);
    out
}

pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar archive of the files.
pub(super) fn tar(files: &[Packed]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for file in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(file.bytes.len() as u64);
        header.set_mode(0o644);
        let name = String::from_utf8_lossy(&file.name).into_owned();
        builder.append_data(&mut header, name, &file.bytes[..]).unwrap();
    }
    builder.into_inner().unwrap()
}
