//! The size of the first frame of a WebP file. The decoder allocates by it, even if the canvas that the
//! header describes is smaller.

use std::io::{self, Read, Seek};

/// Bytes that a frame of an animation has before its chunks.
const FRAME_HEADER: i64 = 16;

/// The pixels of the first frame; 0 if none is found.
pub(super) fn frame_pixels(file: &mut (impl Read + Seek)) -> io::Result<u64> {
    file.rewind()?;
    file.seek_relative(12)?;
    let mut head = [0; 8];
    // A file that ends here is refused by its decoder.
    while file.read_exact(&mut head).is_ok() {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        match &head[..4] {
            b"ANMF" => file.seek_relative(FRAME_HEADER)?,
            b"VP8 " | b"VP8L" => {
                let mut start = [0; 10];
                file.read_exact(&mut start)?;
                return Ok(if &head[..4] == b"VP8 " { lossy(&start) } else { lossless(&start) });
            }
            _ => file.seek_relative(i64::from(length) + i64::from(length % 2))?,
        }
    }
    Ok(0)
}

fn lossy(start: &[u8; 10]) -> u64 {
    let side = |low, high| u64::from(u16::from_le_bytes([low, high]) & 0x3fff);
    side(start[6], start[7]) * side(start[8], start[9])
}

fn lossless(start: &[u8; 10]) -> u64 {
    let bits = u32::from_le_bytes([start[1], start[2], start[3], start[4]]);
    let side = |bits: u32| u64::from(bits & 0x3fff) + 1;
    side(bits) * side(bits >> 14)
}
