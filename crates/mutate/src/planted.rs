/// A checkpoint in which each float `placeholder` is `value` instead, under a checksum that matches: such a
/// value is never written by the program.
///
/// # Panics
/// If the placeholder is not there.
pub fn planted(checkpoint: &[u8], placeholder: f32, value: f32) -> Vec<u8> {
    let (from, to) = (placeholder.to_le_bytes(), value.to_le_bytes());
    let mut bytes = checkpoint.to_vec();
    let mut found = false;
    for at in 0..bytes.len().saturating_sub(3) {
        if bytes[at..at + 4] == from {
            bytes[at..at + 4].copy_from_slice(&to);
            found = true;
        }
    }
    assert!(found, "there is no {placeholder} to replace");
    // The checksum is that of the body, which starts behind it.
    let (header, body) = bytes.split_at_mut(24);
    header[20..24].copy_from_slice(&crc32fast::hash(body).to_le_bytes());
    bytes
}
