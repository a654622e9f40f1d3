//! A checkpoint: as it is, and as the body under a header that says it is whole.
#![no_main]

use dcgan_gan::checkpoint::{MAGIC, VERSION, decode, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let body = input.get(24..).unwrap_or_default();
    let length = (body.len() as u64).to_le_bytes();
    let crc32 = crc32fast::hash(body).to_le_bytes();
    let sealed = [&MAGIC[..], &VERSION.to_le_bytes(), &length, &crc32, body].concat();
    for bytes in [input, &sealed] {
        match decode(bytes) {
            Ok(state) => assert!(encode(&state) == bytes, "read as something else"),
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        }
    }
});
