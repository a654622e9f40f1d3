//! The framing of TFRecord files: each record is
//!
//! ```text
//! u64  length of the data, little-endian as all numbers
//! u32  masked CRC-32C of these eight bytes
//! u8…  the data
//! u32  masked CRC-32C of the data
//! ```

use prost::Message;

use crate::Event;

/// Bytes before the data.
const HEAD: usize = 12;

/// Bytes after it.
const TAIL: usize = 4;

/// What TensorFlow adds to a rotated checksum.
const MASK: u32 = 0xa282_ead8;

/// An event as a record.
#[must_use]
pub fn encode(event: &Event) -> Vec<u8> {
    let data = event.encode_to_vec();
    let length = (data.len() as u64).to_le_bytes();
    let (of_length, of_data) = (masked_crc(&length).to_le_bytes(), masked_crc(&data).to_le_bytes());
    [&length[..], &of_length, &data, &of_data].concat()
}

/// The events of a file. A last record that is cut off, as after a kill, is left out, as TensorBoard does.
///
/// # Errors
/// If a checksum is wrong or a record is not an event: the offset of the record, and what is wrong.
pub fn decode(bytes: &[u8]) -> Result<Vec<Event>, String> {
    let mut events = Vec::new();
    let mut rest = bytes;
    while let Some((head, after)) = rest.split_first_chunk::<HEAD>() {
        let at = |what: &str| format!("the record at byte {} {what}", bytes.len() - rest.len());
        let (length, checksum) = head.split_at(8);
        if masked_crc(length).to_le_bytes() != checksum {
            return Err(at("has a length with a wrong checksum"));
        }
        let length = length.iter().rev().fold(0, |n: u64, &byte| n << 8 | u64::from(byte));
        let Some(data) = usize::try_from(length).ok().and_then(|length| after.get(..length)) else {
            break;
        };
        let Some(checksum) = after[data.len()..].first_chunk::<TAIL>() else { break };
        if masked_crc(data).to_le_bytes() != *checksum {
            return Err(at("has data with a wrong checksum"));
        }
        events.push(Event::decode(data).map_err(|why| at(&format!("is not an event: {why}")))?);
        rest = &after[data.len() + TAIL..];
    }
    Ok(events)
}

/// A checksum as TensorFlow stores it, so that the checksum of data with checksums in it is not special.
fn masked_crc(data: &[u8]) -> u32 {
    crc32c(data).rotate_right(15).wrapping_add(MASK)
}

/// CRC-32C (Castagnoli).
pub(crate) fn crc32c(data: &[u8]) -> u32 {
    !data.iter().fold(!0, |crc, &byte| crc >> 8 ^ TABLE[usize::from(crc as u8 ^ byte)])
}

/// The remainder of each byte.
const TABLE: [u32; 256] = {
    const POLYNOMIAL: u32 = 0x82f6_3b78;
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { POLYNOMIAL } else { 0 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};
