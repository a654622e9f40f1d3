use dcgan_gan::checkpoint::{CheckpointError, VERSION, decode};
use dcgan_gan::{Config, State, Trainer, checkpoint};

fn encode(state: &State) -> Vec<u8> {
    checkpoint::encode(state).unwrap()
}

fn state() -> State {
    let config =
        Config { image_size: 16, ngf: 2, ndf: 2, nz: 3, batch_size: 2, ..Config::default() };
    let mut trainer = Trainer::new(config).unwrap();
    trainer.step();
    trainer.state().clone()
}

#[test]
fn what_is_written_is_read_back() {
    let state = state();
    let bytes = encode(&state);
    assert!(decode(&bytes).unwrap() == state);
    assert_eq!(encode(&state), bytes, "equal states, equal bytes");
}

#[test]
fn cut_short_anywhere_it_is_refused() {
    let bytes = encode(&state());
    for len in (0..40).chain((40..bytes.len()).step_by(997)) {
        let error = decode(&bytes[..len]).unwrap_err();
        let right = match len {
            0 => error == CheckpointError::Foreign,
            _ => matches!(error, CheckpointError::Truncated { found, .. } if found == len as u64),
        };
        assert!(right, "{len} bytes: {error}");
    }
    assert!(matches!(decode(&[bytes, vec![0]].concat()), Err(CheckpointError::Truncated { .. })));
}

#[test]
fn any_flipped_bit_is_noticed() {
    let bytes = encode(&state());
    for at in (0..24).chain((24..bytes.len()).step_by(1009)) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert!(decode(&damaged).is_err(), "byte {at}");
    }
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(decode(&damaged), Err(CheckpointError::Damaged));
}

#[test]
fn foreign_and_newer_files_are_told_apart() {
    assert_eq!(decode(b"PK\x03\x04 something else"), Err(CheckpointError::Foreign));
    let mut newer = encode(&state());
    newer[8..12].copy_from_slice(&(VERSION + 1).to_le_bytes());
    assert_eq!(decode(&newer), Err(CheckpointError::Newer { found: VERSION + 1 }));
}

/// A body that no run has, under a correct checksum.
#[test]
fn a_state_that_contradicts_itself_is_refused() {
    let mut other = state();
    other.config.ngf = 3;
    assert!(matches!(decode(&encode(&other)), Err(CheckpointError::Inconsistent(_))));
    let mut other = state();
    other.config.image_size = 48;
    let error = decode(&encode(&other)).unwrap_err().to_string();
    assert!(error.contains("image_size is 48"), "{error}");
}
