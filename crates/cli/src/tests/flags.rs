//! What each flag of `dcgan train` does when a run is resumed. A new flag has to be added to the table below, by
//! someone who knows what it decides.

use std::collections::BTreeSet;

use clap::{CommandFactory, Parser};
use dcgan_data::{Source, Survey};
use dcgan_run::{Options, RunError, Settings, Simd};

use crate::{Cli, Command, messages};

const SURVEY: Survey = Survey { pictures: 3000, channels: 3, side: 700 };

/// What a flag does to a resumed run.
enum Fate {
    /// It says where, whether or how fast, and is not part of the settings.
    Apart,
    /// It changes the settings; with a value that does.
    Free(&'static str),
    /// It decides the results, so another value than the run's is refused. With another value, and the run's.
    Fixed(&'static str, &'static str),
}
use Fate::{Apart, Fixed, Free};

const FATES: &[(&str, Fate)] = &[
    ("data", Free("elsewhere")),
    ("out", Apart),
    ("resume", Apart),
    ("allow-data-change", Apart),
    ("epochs", Free("7")),
    ("steps", Free("7")),
    ("batch-size", Fixed("5", "64")),
    ("threads", Apart),
    ("memory-limit", Apart),
    ("image-size", Fixed("32", "64")),
    ("channels", Fixed("1", "3")),
    ("nz", Fixed("7", "100")),
    ("ngf", Fixed("7", "32")),
    ("ndf", Fixed("7", "32")),
    ("lr", Fixed("0.001", "0.0002")),
    ("beta1", Fixed("0.9", "0.5")),
    ("seed", Fixed("7", "42")),
    ("sample-every", Free("7")),
    ("checkpoint-every", Free("7")),
    ("keep", Free("last=7")),
    ("log-every", Free("7")),
    ("watch", Free("off")),
    ("on-divergence", Free("rollback")),
    ("conv", Fixed("im2col", "auto")),
    ("simd", Fixed("avx2", "portable")),
];

fn started() -> Settings {
    let settings = Settings::new(&Options::default(), &Source::Folder("x".into()), SURVEY).unwrap();
    Settings { simd: Simd::Portable, ..settings }
}

/// What is asked with this flag, and with the others that a run needs.
fn options(flag: &str, value: &str) -> Options {
    let flag = format!("--{flag}={value}");
    let cli = Cli::parse_from(["dcgan", "train", "--out", "run", "--resume", &flag]);
    let Command::Train(args) = cli.command else { panic!("another command") };
    args.options()
}

/// The settings of a run that is resumed with this flag.
fn resumed(flag: &str, value: &str) -> Result<Settings, RunError> {
    started().resumed(&options(flag, value))
}

/// Those of a run that is started with it.
fn started_with(flag: &str, value: &str) -> Settings {
    if flag == "simd" {
        return Settings { simd: Simd::Avx2, ..started() };
    }
    let source = Source::Folder("x".into());
    let settings = Settings::new(&options(flag, value), &source, SURVEY).unwrap();
    Settings { simd: Simd::Portable, ..settings }
}

#[test]
fn every_flag_has_its_fate() {
    let command = Cli::command();
    let train = command.find_subcommand("train").unwrap();
    let flags: BTreeSet<&str> = train.get_arguments().filter_map(|flag| flag.get_long()).collect();
    let decided: BTreeSet<&str> = FATES.iter().map(|(flag, _)| *flag).collect();
    assert_eq!(flags, decided);
}

#[test]
fn what_decides_the_results_is_refused_by_name() {
    for (flag, fate) in FATES {
        let Fixed(value, was) = fate else { continue };
        let message = messages::error(&resumed(flag, value).unwrap_err());
        assert!(message.contains(&format!("--{flag} is {value}")), "{message}");
        if *flag != "simd" || Simd::Avx2.is_supported() {
            assert!(message.contains(&format!("started with {was}")), "{message}");
            assert!(message.contains("start a new run"), "{message}");
        }
        assert_eq!(resumed(flag, was).unwrap(), started(), "--{flag} as it was");
    }
}

/// A run comes from a processor with more instructions, and from one with fewer.
#[test]
fn a_run_continues_with_what_the_processor_has() {
    let with = |simd| Settings { simd, ..started() };
    let mut run = with(Simd::Avx512);
    let message = run.compute_here(|simd| simd != Simd::Avx512).unwrap();
    assert!(
        message.contains("simd avx512") && message.contains("continues with avx2"),
        "{message}"
    );
    assert_eq!(run, with(Simd::Avx2));
    run.compute_here(|simd| simd == Simd::Portable).unwrap();
    assert_eq!(run, with(Simd::Portable));
    assert_eq!(run.compute_here(|_| true), None);
    assert_eq!(run, with(Simd::Portable));
}

#[test]
fn what_may_change_does() {
    for (flag, fate) in FATES {
        let Free(value) = fate else { continue };
        let settings = resumed(flag, value).unwrap();
        assert_ne!(settings, started(), "--{flag}");
        assert_eq!(settings.config, started().config, "--{flag}");
        assert!(toml::to_string(&settings).unwrap().contains(value), "--{flag}");
    }
}

#[test]
fn a_fingerprint_covers_exactly_what_decides_the_results() {
    let own = started().fingerprint();
    for (flag, fate) in FATES {
        match fate {
            Apart => {}
            Free(value) => assert_eq!(resumed(flag, value).unwrap().fingerprint(), own, "--{flag}"),
            Fixed(value, was) => {
                assert_ne!(started_with(flag, value).fingerprint(), own, "--{flag} {value}");
                assert_eq!(resumed(flag, was).unwrap().fingerprint(), own, "--{flag} {was}");
            }
        }
    }
}
