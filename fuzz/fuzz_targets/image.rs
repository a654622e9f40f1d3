//! Image files of every format.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| dcgan_fuzz::decode(input));
