//! An image cache: as it is, and with matching checksums.
#![no_main]

use dcgan_data::open_cache;
use dcgan_fuzz::{SHAPE, SOURCE, in_a_file};
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
        in_a_file(bytes, |path| match open_cache(path, SHAPE, SOURCE) {
            Ok((images, notes)) => {
                assert!([images.as_bytes(), notes.as_bytes()].concat() == bytes[72..]);
            }
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        });
    }
});
