//! Whether a JPEG file is complete. Its decoder is lenient and fills what is missing with grey, which
//! a generator would learn to reproduce.

const END_OF_IMAGE: [u8; 2] = [0xff, 0xd9];

/// Whether the end-of-image marker is there.
pub(super) fn is_complete(bytes: &[u8]) -> bool {
    // Nearly all files end with it; some cameras append data of their own.
    bytes.ends_with(&END_OF_IMAGE) || contains_end(bytes)
}

/// Walks from marker to marker. The end of an embedded thumbnail does not count: it lies inside a
/// segment.
fn contains_end(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let Some(at) = rest.iter().position(|&byte| byte == 0xff) {
        rest = &rest[at + 1..];
        match *rest {
            [0xd9, ..] => return true,
            // Stuffing, fill bytes and markers without a segment.
            [0x00 | 0x01 | 0xd0..=0xd7 | 0xff, ..] => {}
            [_, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                rest = rest.get(1 + length..).unwrap_or_default();
            }
            _ => return false,
        }
    }
    false
}
