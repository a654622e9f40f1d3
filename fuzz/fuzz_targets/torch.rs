//! A file of `torch.save`: as it is, and as the pickle in a zip archive and in the container before.
#![no_main]

use dcgan_gan::checkpoint;
use dcgan_gan::interop::import;
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/gan/tests/it/torch_writer.rs"]
#[expect(dead_code, reason = "some of it is for tests")]
mod torch_writer;

fuzz_target!(|input: &[u8]| {
    let numbers = [0; 4096];
    let storages = [&numbers[..]; 8];
    let zip = torch_writer::zip(input, &storages);
    for bytes in [input, &zip, &torch_writer::stream(input, &[])] {
        for discriminator in [None, Some(bytes)] {
            match import(bytes, discriminator) {
                Ok(state) => assert!(checkpoint::encode(&state).is_ok(), "not a state"),
                Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
            }
        }
    }
});
