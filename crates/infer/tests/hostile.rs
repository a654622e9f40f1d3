//! Files of all kinds of damage are refused with a reason, never panic, and take no more memory than a multiple of the
//! file. Alone in its process, since it counts what is allocated.

use dcgan_gan::gen_file::{self, Precision};
use dcgan_gan::{Config, State};
use dcgan_infer::Generator;
use dcgan_mutate::{Draws, most_of, mutated};

const INPUTS: u64 = 6000;

/// Weights as floats are twice as large as halves, and are held twice while they are packed; a block of output channels
/// that is filled up with zeros can be four times as large as its channels.
const PER_BYTE: usize = 16;

/// The list of layers, an error.
const FLAT: usize = 4 << 10;

/// One test, since two at a time would count each other's memory.
#[test]
fn no_damage_panics_or_takes_memory() {
    for (reader, precision) in [(1, Precision::F32), (2, Precision::F16)] {
        let config = Config { image_size: 16, nz: 3, ngf: 1, ndf: 1, ..Config::default() };
        let weights = State::new(config).expect("a valid config").shown();
        let whole = gen_file::encode(&weights, 0, precision).expect("it can be written");
        for i in 0..INPUTS {
            let damaged = mutated(&whole, &mut Draws::new(reader, i));
            assert!(!is_drawn(&damaged) || damaged == whole, "input {i} was taken");
            let (body, _) = damaged.split_at(damaged.len().saturating_sub(4));
            // The same under a checksum that matches, so that what is behind it sees it.
            is_drawn(&[body, &crc32fast::hash(body).to_le_bytes()].concat());
        }
        sizes(&whole);
    }
}

/// Each size in the header as large as it can be, and beyond.
fn sizes(whole: &[u8]) {
    for at in [12, 16, 20, 24, 28] {
        for claim in [0, 1, 4, 256, 1024, 4096, 1 << 20, u32::MAX] {
            let mut body = whole[..whole.len() - 4].to_vec();
            body[at..at + 4].copy_from_slice(&claim.to_le_bytes());
            is_drawn(&[&body[..], &crc32fast::hash(&body).to_le_bytes()].concat());
        }
    }
}

/// Whether it is read. What is read can be drawn, whatever its weights are.
fn is_drawn(bytes: &[u8]) -> bool {
    let (read, most) = most_of(|| Generator::from_bytes(bytes));
    assert!(most <= PER_BYTE * bytes.len() + FLAT, "{most} for {}", bytes.len());
    match read {
        Ok(generator) => {
            let image = generator.image(&generator.latent(1));
            assert_eq!(image.bytes().len(), generator.side().pow(2) * generator.channels());
            true
        }
        Err(error) => {
            assert!(!error.to_string().contains('\n'), "{error}");
            false
        }
    }
}
