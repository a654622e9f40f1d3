use dcgan_gan::{discriminator, generator};

use super::{Options, Settings};
use crate::retention::epoch_boundary;

/// Reads and uses a `config.toml` as a resumed run does. Returns whether it is accepted.
///
/// # Panics
/// If that fails, if accepted settings do not survive a round trip, or if an error is not one line. For tests
/// and the fuzzer.
pub(crate) fn try_config(text: &str) -> bool {
    // As a file for `--config` it need not be complete.
    if let Err(why) = Options::default().with_config(text) {
        assert!(!why.is_empty() && !why.contains(['\n', '\r']), "{why:?}");
    }
    let settings = match Settings::from_toml(text) {
        Ok(settings) => settings,
        Err(why) => {
            assert!(!why.is_empty() && !why.contains(['\n', '\r']), "{why:?}");
            return false;
        }
    };
    let written = settings.to_toml().expect("what was read can be written");
    assert_eq!(Settings::from_toml(&written).as_ref(), Ok(&settings), "{written}");
    // These are descriptions, which allocate no parameters.
    drop((generator(&settings.config), discriminator(&settings.config)));
    let mut resumed = settings.resumed(&Options::default()).expect("nothing contradicts it");
    let _ = resumed.compute_here(|_| false);
    for every in [resumed.sample_every, resumed.checkpoint_every] {
        epoch_boundary(0.0, 1e9, every);
    }
    resumed.keep.milestone(0.0, 1e9);
    let _ = resumed.fingerprint();
    for origin in &resumed.origins {
        let _ = origin.data();
    }
    true
}
