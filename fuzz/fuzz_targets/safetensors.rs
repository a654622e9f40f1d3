//! Safetensors as a generator, and as a discriminator too.
#![no_main]

use dcgan_gan::interop::import;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    for discriminator in [None, Some(input)] {
        if let Err(error) = import(input, discriminator) {
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }
});
