//! A checkpoint: as it is, and as the body under a header of each format that says it is
//! whole.
#![no_main]

use dcgan_gan::checkpoint::{MAGIC, VERSION, decode, encode, version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let body = input.get(24..).unwrap_or_default();
    let length = (body.len() as u64).to_le_bytes();
    let crc32 = crc32fast::hash(body).to_le_bytes();
    let sealed = |format: u32| [&MAGIC[..], &format.to_le_bytes(), &length, &crc32, body].concat();
    for bytes in [input, &sealed(1), &sealed(VERSION)] {
        match decode(bytes) {
            // One of an earlier format is written in the current one.
            Ok(state) if version(bytes) != Ok(VERSION) => {
                let now = encode(&state);
                let again = now.clone().map(|now| decode(&now).map(|state| encode(&state)));
                assert!(again == Ok(Ok(now)), "not as written");
            }
            Ok(state) => assert!(encode(&state).is_ok_and(|now| now == bytes), "read as something else"),
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        }
    }
});
