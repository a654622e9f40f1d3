//! A `.gen` file: as it is, and under a checksum that matches. What is read can be drawn.
#![no_main]

use dcgan_infer::Generator;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let body = &input[..input.len().saturating_sub(4)];
    let sealed = [body, &crc32fast::hash(body).to_le_bytes()].concat();
    for bytes in [input, &sealed] {
        match Generator::from_bytes(bytes) {
            Ok(generator) => {
                let image = generator.image(&generator.latent(1));
                assert_eq!(image.bytes().len(), generator.side().pow(2) * generator.channels());
            }
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        }
    }
});
