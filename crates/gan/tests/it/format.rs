//! The formats of existing checkpoints: a file of each version is kept, read, and trained further, so that
//! no later version can lose one unnoticed. `just golden-checkpoint` writes it.

use std::path::Path;

use crate::golden_run::{CONFIG, SAVED, step};
use dcgan_gan::checkpoint::{self, VERSION, decode, encode};
use dcgan_gan::monitor::Monitor;
use dcgan_gan::{DatasetFingerprint, Trainer};

/// Losses in steps 4 and 5 after the file of each format, as the program computed them when it wrote the
/// file. Another processor may round differently.
const LATER: [[[f32; 3]; 2]; 3] = [
    [[0.554_485_56, 0.409_614_92, 0.856_229_07], [0.747_533_5, 0.369_172_66, 0.649_079_5]],
    [[0.524_125_1, 0.472_378_08, 0.899_552_46], [0.468_071_73, 0.398_233_9, 0.999_202_67]],
    [[0.524_125_16, 0.472_378_08, 0.899_552_35], [0.468_071_7, 0.398_233_9, 0.999_202_85]],
];

const ROUNDING: f32 = 1e-4;

pub(crate) fn golden(version: u32) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    std::fs::read(folder.join(format!("checkpoint_v{version}.ckpt"))).unwrap()
}

#[test]
fn the_golden_checkpoints_are_read_and_continue() {
    for version in 1..=VERSION {
        is_read_and_continues(version);
    }
}

fn is_read_and_continues(version: u32) {
    let bytes = golden(version);
    assert_eq!(checkpoint::version(&bytes), Ok(version));
    let state = decode(&bytes).unwrap();
    assert_eq!((state.config, state.step), (CONFIG, SAVED));
    assert_eq!(state.dataset, DatasetFingerprint { images: 5, crc32: 0x0123_4567 });
    // Per step, G normalises one batch and D two: generated and real images.
    assert_eq!(
        (state.generator.num_batches_tracked, state.discriminator.num_batches_tracked),
        (3, 6)
    );
    assert_eq!((state.generator.adam.steps(), state.discriminator.adam.steps()), (3, 3));

    let mut trainer = Trainer::resume(state);
    for (at, expected) in LATER[version as usize - 1].iter().enumerate() {
        let losses = step(&mut trainer);
        for (loss, expected) in losses.iter().zip(expected) {
            let close = (loss - expected).abs() < ROUNDING;
            assert!(close, "format {version}, step {}: {losses:?}", at + 4);
        }
    }
}

/// The very bytes, at the places where another program would look for them.
#[test]
fn the_golden_checkpoint_is_what_this_version_writes() {
    let bytes = golden(VERSION);
    assert_eq!(VERSION, 3, "keep these files and their tests, and add those of the new version");
    let state = decode(&bytes).unwrap();
    assert_eq!(encode(&state).unwrap(), bytes);
    let u64_at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    assert_eq!(&bytes[..8], b"DCGANRUN");
    assert_eq!(u64_at(12), bytes.len() as u64 - 24, "length of the body");
    let index = 32..32 + u64_at(24) as usize;
    // How many values there are; the first is an integer: its name, its type (1), and the number.
    let name = b"config.image_size";
    let first =
        [&(name.len() as u64).to_le_bytes()[..], name, &1u32.to_le_bytes(), &16u64.to_le_bytes()];
    assert_eq!(bytes[40..].split_at(first.concat().len()).0, first.concat());
    // The first array of the index has the first floats.
    let arrays = bytes[index.clone()].windows(23).position(|at| at == b"generator.main.0.weight");
    let shape = index.start + arrays.unwrap() + 23;
    assert_eq!([0, 8, 16, 24, 32].map(|at| u64_at(shape + at)), [4, 4, 4, 4, 4]);
    let float = f32::from_le_bytes(bytes[index.end..index.end + 4].try_into().unwrap());
    assert_eq!(float.to_bits(), state.generator.theta.as_slice()[0].to_bits());
}

/// Every byte of a state is in every format that has it.
#[test]
fn earlier_formats_become_the_present_one() {
    for version in 1..VERSION {
        let state = decode(&golden(version)).unwrap();
        assert_eq!(state.rollbacks, if version == 1 { 0 } else { 2 });
        assert_eq!(state.monitor == Monitor::default(), version == 1);
        assert!(decode(&encode(&state).unwrap()).unwrap() == state, "format {version}");
    }
    // Nothing may follow a body, whatever length the header announces.
    let mut longer = golden(2);
    longer[8..12].copy_from_slice(&1u32.to_le_bytes());
    let error = decode(&longer).unwrap_err().to_string();
    assert!(error.contains("a body of"), "{error}");
}

/// A name that this program does not know stands for something that it would not compute.
#[test]
fn unknown_misplaced_and_missing_names_are_refused() {
    let bytes = golden(VERSION);
    let renamed = |from: &str, to: &str| {
        let mut bytes = bytes.clone();
        let at = bytes.windows(from.len()).position(|at| at == from.as_bytes()).unwrap();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        resealed(bytes)
    };
    for (from, to, why) in [
        ("config.ngf", "config.xyz", "`config.ngf` is missing"),
        ("monitor.looks", "monitor.lurks", "the value `monitor.lurks` (0), which this program"),
        ("dataset.crc32", "dataset.crc64", "`dataset.crc32` is missing"),
        ("generator.adam.m", "generator.adam.w", "the array `generator.adam.m` is missing"),
        ("main.0.weight", "main.1.weight", "the array `generator.main.0.weight` is missing"),
    ] {
        let error = decode(&renamed(from, to)).unwrap_err().to_string();
        assert!(error.contains(why), "{from}: {error}");
    }
    // Two values in each other's place.
    let (a, b) = ("monitor.variance_real", "monitor.variance_fake");
    let mut exchanged = bytes.clone();
    for (from, to) in [(a, b), (b, a)] {
        let at = bytes.windows(from.len()).position(|at| at == from.as_bytes()).unwrap();
        exchanged[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    let error = decode(&resealed(exchanged)).unwrap_err().to_string();
    assert!(error.contains("knows in another place"), "{error}");
}

/// `bytes` with the checksum of what they hold now.
pub(crate) fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let crc32 = crc32fast::hash(&bytes[24..]).to_le_bytes();
    bytes[20..24].copy_from_slice(&crc32);
    bytes
}

#[test]
fn a_state_with_a_nan_is_not_written() {
    for plant in [f32::NAN, f32::INFINITY] {
        let mut state = decode(&golden(VERSION)).unwrap();
        state.discriminator.theta.as_mut_slice()[7] = plant;
        let error = encode(&state).unwrap_err().to_string();
        assert!(error.contains("main.0.weight in the discriminator"), "{error}");
    }
}

#[test]
fn more_rollbacks_than_there_can_be_are_refused() {
    let mut state = decode(&golden(VERSION)).unwrap();
    state.rollbacks = 4;
    let message = decode(&encode(&state).unwrap()).unwrap_err().to_string();
    assert!(message.contains("4 rollbacks, of 3 at most"), "{message}");
}

#[test]
fn a_newer_version_is_refused_with_both_versions_named() {
    let mut bytes = golden(VERSION);
    bytes[8..12].copy_from_slice(&7u32.to_le_bytes());
    let message = decode(&bytes).unwrap_err().to_string();
    assert!(message.contains("format 7") && message.contains("formats up to 3"), "{message}");
    assert!(message.contains("newer dcgan"), "{message}");
}
