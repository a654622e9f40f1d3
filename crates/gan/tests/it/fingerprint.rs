//! A model's fingerprint depends on the images that it generates, and on nothing else.

use dcgan_gan::interop::{NetworkKind, export, import};
use dcgan_gan::{Config, DatasetFingerprint, Fingerprint, State, checkpoint};

fn state() -> State {
    let config = Config { image_size: 16, ngf: 4, ndf: 6, nz: 5, ..Config::default() };
    State::new(config).unwrap()
}

/// Existing images contain it, so later versions must compute the same value. It was also computed
/// independently, from the exported file and the definition.
#[test]
fn the_golden_checkpoint_has_the_fingerprint_it_always_had() {
    let golden = include_bytes!("../golden/checkpoint_v1.ckpt");
    let state = checkpoint::decode(golden).unwrap();
    assert_eq!(Fingerprint::from_generator(&state.as_trained()).to_string(), "fe86a8999c5c");
}

#[test]
fn a_model_keeps_its_fingerprint_through_every_format() {
    let state = state();
    let print = Fingerprint::from_generator(&state.as_trained());
    let saved = checkpoint::decode(&checkpoint::encode(&state).unwrap()).unwrap();
    assert_eq!(Fingerprint::from_generator(&saved.as_trained()), print);
    let imported = import(&export(&state, NetworkKind::Generator), None).unwrap();
    assert_eq!(Fingerprint::from_generator(&imported.as_trained()), print);
    assert_eq!(print.to_string().parse(), Ok(print));
}

#[test]
fn what_does_not_change_an_image_does_not_change_the_fingerprint() {
    let mut state = state();
    let print = Fingerprint::from_generator(&state.as_trained());
    state.config.batch_size += 1;
    state.config.lr *= 2.0;
    state.config.seed += 1;
    state.step = 7;
    state.dataset = DatasetFingerprint { images: 3, crc32: 0x3524_41c2 };
    state.generator.num_batches_tracked = 9;
    state.discriminator.theta.as_mut_slice().fill(0.5);
    assert_eq!(Fingerprint::from_generator(&state.as_trained()), print);
}

/// One bit in one float of any array.
#[test]
fn whatever_changes_an_image_changes_the_fingerprint() {
    let state = state();
    let print = Fingerprint::from_generator(&state.as_trained());
    let flip = |float: &mut f32| *float = f32::from_bits(float.to_bits() ^ 1);
    for entry in state.generator.theta.entries() {
        let mut other = state.clone();
        flip(&mut other.generator.theta.as_mut_slice()[entry.range.end - 1]);
        assert_ne!(Fingerprint::from_generator(&other.as_trained()), print, "{}", entry.name);
    }
    for entry in state.generator.buffers.entries() {
        let mut other = state.clone();
        flip(&mut other.generator.buffers.as_mut_slice()[entry.range.start]);
        assert_ne!(Fingerprint::from_generator(&other.as_trained()), print, "{}", entry.name);
    }
}

#[test]
fn invalid_fingerprints_are_refused() {
    for wrong in ["", "0123456789a", "0123456789abc", "0123456789ag", "0123456789aé", "éééééé"]
    {
        assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
    }
    assert_eq!("0123456789ab".parse::<Fingerprint>().unwrap().to_string(), "0123456789ab");
}
