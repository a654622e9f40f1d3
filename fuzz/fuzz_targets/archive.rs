//! Images in a zip or tar archive, compressed or not.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| dcgan_fuzz::unpack(input));
