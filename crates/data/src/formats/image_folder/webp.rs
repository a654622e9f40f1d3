//! What a WebP file claims. Its decoder allocates by the sizes of chunks and of the first frame, even if
//! the file ends earlier, or the canvas is smaller.

use std::io::{self, Read, Seek, SeekFrom};

/// Bytes that a frame of an animation has before its chunks.
const FRAME_HEADER: i64 = 16;

/// The pixels of the first frame; 0 if none is found.
pub(super) fn frame_pixels(file: &mut (impl Read + Seek)) -> io::Result<u64> {
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(12))?;
    let (mut pixels, mut head) = (None, [0; 8]);
    // A file that ends too early is refused by its decoder.
    while file.read_exact(&mut head).is_ok() {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        if u64::from(length) > size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let next = i64::from(length) + i64::from(length % 2);
        match &head[..4] {
            b"ANMF" if pixels.is_none() => file.seek_relative(FRAME_HEADER)?,
            kind @ (b"VP8 " | b"VP8L") if pixels.is_none() => {
                let mut start = [0; 10];
                file.read_exact(&mut start)?;
                pixels = Some(if kind == b"VP8 " { lossy(&start) } else { lossless(&start) });
                file.seek_relative(next - start.len() as i64)?;
            }
            _ => file.seek_relative(next)?,
        }
    }
    Ok(pixels.unwrap_or(0))
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
