//! The formats of existing checkpoints: a file of each version is kept, read, and trained further, so that
//! no later version can lose one unnoticed. `just golden-checkpoint` writes it.

use std::path::Path;

use crate::golden_run::{CONFIG, SAVED, step};
use dcgan_gan::checkpoint::{self, VERSION, decode, decode_generator, encode};
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
fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
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

/// The first place of a float in a checkpoint, changed under a matching checksum.
fn with_float(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = bytes.windows(from.len()).position(|at| at == from).expect("such a float");
    bytes[at..at + to.len()].copy_from_slice(to);
    resealed(bytes)
}

/// In every array and value of every format, whichever function reads it.
#[test]
fn a_checkpoint_with_a_number_that_no_state_may_hold_is_refused() {
    for version in 1..=VERSION {
        let bytes = golden(version);
        let state = decode(&bytes).unwrap();
        let (g, d) = (&state.generator, &state.discriminator);
        let (m, v) = g.adam.moments();
        let variance = &g.buffers.as_slice()[g.buffers.entries()[1].range.clone()];
        for (floats, name, generator, negative) in [
            (g.theta.as_slice(), "main.0.weight in the generator", true, false),
            (g.buffers.as_slice(), "main.1.running_mean in the generator", true, false),
            (d.theta.as_slice(), "main.0.weight in the discriminator", false, false),
            (m, "a moment of Adam for main.0.weight in the generator", false, false),
            (v, "a moment of Adam for main.0.weight in the generator", false, true),
            (variance, "main.1.running_var in the generator", true, true),
        ] {
            let wrong = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0];
            for wrong in &wrong[..if negative { 4 } else { 3 }] {
                let damaged = with_float(&bytes, &floats[0].to_le_bytes(), &wrong.to_le_bytes());
                let error = decode(&damaged).unwrap_err().to_string();
                let fault = if *wrong == -1.0 { "negative" } else { "not finite" };
                let expected = format!("not the state of a run: {name} is {fault}");
                assert!(error.starts_with(&expected), "format {version}: {error}");
                assert_eq!(decode_generator(&damaged).is_err(), generator, "{name}");
            }
        }
    }
}

/// Sums, histories and sample grid, at their places from the end of format 2 and behind their names in format 3.
#[test]
fn a_value_of_the_monitor_that_no_state_may_hold_is_refused() {
    let named = golden(3);
    let behind = |name: &str| {
        let at = named.windows(name.len()).position(|window| window == name.as_bytes());
        // The type of the value is between.
        at.unwrap() + name.len() + 4
    };
    let old = golden(2);
    let (grid, history) = (old.len() - 1024, old.len() - 1024 - 1 - 6 * 17);
    let places = [
        (&named, behind("monitor.accuracy_real"), true),
        (&named, behind("monitor.logit_gap"), false),
        (&named, behind("monitor.variance_fake"), true),
        (&named, behind("monitor.mode_collapse.sum"), true),
        (&old, history + 9, true),
        (&old, history - 8, true),
        (&old, history - 16, true),
        (&old, history - 32, false),
    ];
    for (bytes, at, is_positive) in places {
        for wrong in [f64::NAN, f64::INFINITY, -1.0] {
            let mut bytes = bytes.clone();
            bytes[at..at + 8].copy_from_slice(&wrong.to_le_bytes());
            let decoded = decode(&resealed(bytes));
            match decoded {
                Err(error) => {
                    let error = error.to_string();
                    assert!(error.contains("the monitor's "), "{at}, {wrong}: {error}");
                }
                Ok(_) => assert!(wrong == -1.0 && !is_positive, "{at}: {wrong} was taken"),
            }
        }
    }
    for (bytes, at) in [(&old, grid), (&named, named.len() - 4)] {
        let mut bytes = bytes.clone();
        bytes[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        let error = decode(&resealed(bytes)).unwrap_err().to_string();
        assert!(error.contains("the monitor's sample grid is not finite"), "{error}");
    }
}

/// What no file holds is not written either.
#[test]
fn a_variance_or_moment_below_zero_is_not_written() {
    let whole = decode(&golden(VERSION)).unwrap();
    let mut state = whole.clone();
    let variance = state.generator.buffers.entries()[1].range.start;
    state.generator.buffers.as_mut_slice()[variance] = -1e-30;
    let error = encode(&state).unwrap_err().to_string();
    assert_eq!(error, "step 3: main.1.running_var in the generator is negative");
    let mut state = whole;
    let (steps, (m, v)) = (state.discriminator.adam.steps(), state.discriminator.adam.moments());
    let (m, mut v) = (m.to_vec(), v.to_vec());
    *v.last_mut().unwrap() = -1.0;
    state.discriminator.adam = dcgan_optim::Adam::from_moments(steps, m, v);
    let error = encode(&state).unwrap_err().to_string();
    assert!(error.contains("a moment of Adam for main.5.weight in the discriminator"), "{error}");
}
