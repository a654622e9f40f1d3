//! Whether a JPEG file is whole. Its decoder is lenient, and fills what is missing with grey, which
//! a generator would learn to draw.

const END: [u8; 2] = [0xff, 0xd9];

/// Whether the marker of the end is there.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    // Where it should be, in nearly all files; some cameras append data of their own behind it.
    bytes.ends_with(&END) || end_is_marked(bytes)
}

/// Goes from marker to marker. The end of a thumbnail does not count: it lies inside a segment.
fn end_is_marked(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let Some(at) = rest.iter().position(|&byte| byte == 0xff) {
        rest = &rest[at + 1..];
        match *rest {
            [0xd9, ..] => return true,
            // Fillers, and what stands for itself between the bits of the picture.
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
