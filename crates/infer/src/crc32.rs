/// The CRC-32 of zlib, PNG and gzip.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| TABLE[usize::from(crc as u8 ^ byte)] ^ crc >> 8)
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < table.len() {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0xedb8_8320 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
};

#[test]
fn the_check_value_is_the_published_one() {
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
}
