//! Which way is up, from EXIF data.

use image::metadata::Orientation;

const TAG: u16 = 0x0112;

/// The first bytes of EXIF data in JPEG, and of some in WebP.
const PREFIX: &[u8] = b"Exif\0\0";

/// The orientation that EXIF data give, in whichever integer type it is stored.
pub(super) fn from_exif(exif: &[u8]) -> Orientation {
    find(exif).and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}

fn find(exif: &[u8]) -> Option<u8> {
    let exif = exif.strip_prefix(PREFIX).unwrap_or(exif);
    let little_endian = match exif.get(..4)? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return None,
    };
    let number = |bytes: &[u8]| {
        let add = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        if little_endian { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) }
    };
    let directory = exif.get(number(exif.get(4..8)?) as usize..)?;
    let entries = directory.get(2..)?.chunks_exact(12).take(number(&directory[..2]) as usize);
    let entry = entries.into_iter().find(|entry| number(&entry[..2]) == u32::from(TAG))?;
    let size = match number(&entry[2..4]) {
        // Unsigned and signed integers of each size.
        1 | 6 => 1,
        3 | 8 => 2,
        4 | 9 => 4,
        _ => return None,
    };
    u8::try_from(number(&entry[8..8 + size])).ok()
}
