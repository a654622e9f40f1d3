//! A cache of pictures: as it is, and with checksums that match.
#![no_main]

use dcgan_data::cached;
use dcgan_fuzz::{SHAPE, VERSION, in_a_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut sealed = input.to_vec();
    if sealed.len() >= 72 {
        let crc32 = crc32fast::hash(&sealed[72..]);
        sealed[64..68].copy_from_slice(&crc32.to_le_bytes());
        let crc32 = crc32fast::hash(&sealed[..68]);
        sealed[68..72].copy_from_slice(&crc32.to_le_bytes());
    }
    for bytes in [input, &sealed] {
        in_a_file(bytes, |path| match cached(path, SHAPE, VERSION) {
            Ok((pictures, notes)) => {
                assert!([pictures.as_bytes(), notes.as_bytes()].concat() == bytes[72..]);
            }
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        });
    }
});
