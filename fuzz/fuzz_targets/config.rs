//! `config.toml` of a run, and what it says of the networks alone.
#![no_main]

use dcgan_run::try_config;
use dcgan_gan::{Config, discriminator, generator};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    try_config(input);
    let Ok(config) = toml::from_str::<Config>(input) else { return };
    match config.validate() {
        // A description, for which no memory is taken yet.
        Ok(()) => drop((generator(&config), discriminator(&config))),
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
    }
    let again = toml::to_string(&config).map(|text| toml::from_str::<Config>(&text));
    assert!(again.is_ok_and(|again| again.is_ok()), "{config:?} does not survive its file");
});
