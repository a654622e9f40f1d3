//! A cache of pictures: as it is, and with a header's checksum that matches.
#![no_main]

use dcgan_data::cached;
use dcgan_fuzz::{SHAPE, VERSION, in_a_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut sealed = input.to_vec();
    if sealed.len() >= 68 {
        let crc32 = crc32fast::hash(&sealed[..64]);
        sealed[64..68].copy_from_slice(&crc32.to_le_bytes());
    }
    for bytes in [input, &sealed] {
        in_a_file(bytes, |path| match cached(path, SHAPE, VERSION) {
            Ok(pictures) => assert!(pictures.as_bytes() == &bytes[68..]),
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        });
    }
});
