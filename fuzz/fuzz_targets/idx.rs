//! Images in an IDX file, compressed or not.
#![no_main]

use dcgan_data::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| dcgan_fuzz::load_all(input, Source::Idx));
