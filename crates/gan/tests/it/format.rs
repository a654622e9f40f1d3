//! The format of the checkpoints that are out there: a file of each version is kept, read, and gone
//! on with, so that no later version can lose it unnoticed. `just golden-checkpoint` makes it.

use std::path::Path;

use crate::made::{CONFIG, SAVED, step};
use dcgan_gan::checkpoint::{self, VERSION, decode, encode};
use dcgan_gan::watch::Watch;
use dcgan_gan::{DataPrint, Trainer};

/// Losses of the two networks in steps 4 and 5 after the file of each format, as this program gave them when the file was
/// made. Another processor may round otherwise.
const LATER: [[[f32; 3]; 2]; 2] = [
    [[0.554_485_56, 0.409_614_92, 0.856_229_07], [0.747_533_5, 0.369_172_66, 0.649_079_5]],
    [[0.524_125_1, 0.472_378_08, 0.899_552_46], [0.468_071_73, 0.398_233_9, 0.999_202_67]],
];

const ROUNDING: f32 = 1e-4;

/// Bytes with which format 1 ends and format 2 goes on.
const BODY_1: usize = 9748 - 24;

fn golden(version: u32) -> Vec<u8> {
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
    assert_eq!(state.data, DataPrint { pictures: 5, crc32: 0x0123_4567 });
    // G takes a pass a step; D two, over fakes and over real pictures.
    assert_eq!((state.generator.tracked, state.discriminator.tracked), (3, 6));
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
    assert_eq!(VERSION, 2, "keep these files and their tests, and add those of the new version");
    assert_eq!(encode(&decode(&bytes).unwrap()), bytes);
    let u64_at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    assert_eq!(&bytes[..8], b"DCGANRUN");
    assert_eq!(u64_at(12), bytes.len() as u64 - 24, "length of the body");
    assert_eq!([24, 32, 40, 48, 56, 64].map(u64_at), [16, 3, 4, 2, 2, 2]);
    assert_eq!([72, 80].map(|at| f64::from_bits(u64_at(at))), [0.02, 0.5]);
    assert_eq!([88, 96, 104].map(u64_at), [11, 3, 5], "seed, step, pictures");
    assert_eq!(bytes[112..116], 0x0123_4567u32.to_le_bytes());
    let theta = decode(&bytes).unwrap().generator.theta;
    assert_eq!(u64_at(116), theta.len() as u64);
    let first = f32::from_le_bytes(bytes[124..128].try_into().unwrap());
    assert_eq!(first.to_bits(), theta.as_slice()[0].to_bits());
    // What format 2 has more: rollbacks, then the sums of the watch, which begin with their steps.
    let tail = 24 + BODY_1;
    assert_eq!(bytes[tail..tail + 4], 2u32.to_le_bytes());
    assert_eq!(u64_at(tail + 4), SAVED);
}

/// All that a file of format 1 holds is where it was.
#[test]
fn format_1_becomes_the_beginning_of_format_2() {
    let old = golden(1);
    let state = decode(&old).unwrap();
    assert_eq!((state.rollbacks, &state.watch), (0, &Watch::default()));
    assert_eq!(encode(&state)[24..][..BODY_1], old[24..]);
    // Nothing may lie behind it, in whatever length the header announces.
    let mut longer = encode(&state);
    longer[8..12].copy_from_slice(&1u32.to_le_bytes());
    let told = decode(&longer).unwrap_err().to_string();
    assert!(told.contains("a body of"), "{told}");
}

#[test]
fn more_rollbacks_than_there_can_be_are_refused() {
    let mut state = decode(&golden(VERSION)).unwrap();
    state.rollbacks = 4;
    let told = decode(&encode(&state)).unwrap_err().to_string();
    assert!(told.contains("4 rollbacks, of 3 at most"), "{told}");
}

#[test]
fn a_newer_version_is_refused_with_both_versions_named() {
    let mut bytes = golden(VERSION);
    bytes[8..12].copy_from_slice(&7u32.to_le_bytes());
    let told = decode(&bytes).unwrap_err().to_string();
    assert!(told.contains("format 7") && told.contains("up to format 2"), "{told}");
    assert!(told.contains("newer dcgan"), "{told}");
}
