use dcgan_gan::{discriminator, generator};

use super::{Options, Settings};
use crate::retention::epoch_boundary;

/// Reads a `config.toml` as a run that goes on does, and does with it what that does; whether it is taken.
///
/// # Panics
/// If that fails, or what is taken does not survive being written, or what is refused is not told in one
/// line. For tests and the fuzzer; the program has no use for it.
pub(crate) fn try_config(text: &str) -> bool {
    let settings = match Settings::of_toml(text) {
        Ok(settings) => settings,
        Err(why) => {
            assert!(!why.is_empty() && !why.contains(['\n', '\r']), "{why:?}");
            return false;
        }
    };
    let written = settings.to_toml().expect("what was read can be written");
    assert_eq!(Settings::of_toml(&written).as_ref(), Ok(&settings), "{written}");
    // A description, for which no memory is taken yet.
    drop((generator(&settings.config), discriminator(&settings.config)));
    let mut gone_on =
        settings.clone().resumed(&Options::default()).expect("no flag says otherwise");
    let _ = gone_on.compute_here(|_| false);
    for every in [gone_on.sample_every, gone_on.checkpoint_every] {
        epoch_boundary(0.0, 1e9, every);
    }
    gone_on.keep.milestone(0.0, 1e9);
    let _ = gone_on.fingerprint();
    for origin in &gone_on.origins {
        let _ = origin.data();
    }
    true
}
