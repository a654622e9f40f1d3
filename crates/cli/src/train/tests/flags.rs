//! What becomes of each flag of `dcgan train` when a run is gone on with. A flag that is new has to be put
//! into the table below, by whoever knows what it decides.

use std::collections::BTreeSet;

use clap::{CommandFactory, Parser};
use dcgan_data::Source;

use super::SURVEY;
use crate::method::Simd;
use crate::train::Args;
use crate::train::settings::Settings;
use crate::{Cli, Command};

/// What a flag does to a run that goes on.
enum Fate {
    /// It says where or whether, or how fast: nothing of it is kept.
    Apart,
    /// It changes what is kept; with a value that does.
    Free(&'static str),
    /// It decides the numbers, so the run keeps its own: another value is refused. With one, and the run's.
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

fn begun() -> Settings {
    let settings = Settings::new(&Args::default(), &Source::Folder("x".into()), SURVEY).unwrap();
    Settings { simd: Simd::Portable, ..settings }
}

/// What is said with this flag, and with what else a run needs.
fn args(flag: &str, value: &str) -> Args {
    let flag = format!("--{flag}={value}");
    let cli = Cli::parse_from(["dcgan", "train", "--out", "run", "--resume", &flag]);
    let Command::Train(args) = cli.command else { panic!("another command") };
    args
}

/// The settings of a run that is gone on with under this flag.
fn resumed(flag: &str, value: &str) -> anyhow::Result<Settings> {
    begun().resumed(&args(flag, value))
}

/// Those of a run that is begun with it.
fn begun_with(flag: &str, value: &str) -> Settings {
    if flag == "simd" {
        return Settings { simd: Simd::Avx2, ..begun() };
    }
    let source = Source::Folder("x".into());
    let settings = Settings::new(&args(flag, value), &source, SURVEY).unwrap();
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
fn what_decides_the_numbers_is_refused_by_name() {
    for (flag, fate) in FATES {
        let Fixed(value, was) = fate else { continue };
        let told = format!("{:#}", resumed(flag, value).unwrap_err());
        assert!(told.contains(&format!("--{flag} is {value}")), "{told}");
        if *flag != "simd" || Simd::Avx2.is_here() {
            assert!(told.contains(&format!("begun with {was}")), "{told}");
            assert!(told.contains("begin a new run"), "{told}");
        }
        assert_eq!(resumed(flag, was).unwrap(), begun(), "--{flag} as it was");
    }
}

/// A run comes from a processor that can more, and from one that can less.
#[test]
fn a_run_goes_on_with_what_the_processor_has() {
    let begun = |simd| Settings { simd, ..begun() };
    let mut run = begun(Simd::Avx512);
    let told = run.compute_here(|simd| simd != Simd::Avx512).unwrap();
    assert!(told.contains("--simd avx512") && told.contains("goes on with avx2"), "{told}");
    assert_eq!(run, begun(Simd::Avx2));
    run.compute_here(|simd| simd == Simd::Portable).unwrap();
    assert_eq!(run, begun(Simd::Portable));
    assert_eq!(run.compute_here(|_| true), None);
    assert_eq!(run, begun(Simd::Portable));
}

#[test]
fn what_may_change_does() {
    for (flag, fate) in FATES {
        let Free(value) = fate else { continue };
        let settings = resumed(flag, value).unwrap();
        assert_ne!(settings, begun(), "--{flag}");
        assert_eq!(settings.config, begun().config, "--{flag}");
        assert!(toml::to_string(&settings).unwrap().contains(value), "--{flag}");
    }
}

#[test]
fn a_fingerprint_is_of_all_that_decides_the_numbers_and_of_nothing_else() {
    let own = begun().fingerprint();
    for (flag, fate) in FATES {
        match fate {
            Apart => {}
            Free(value) => assert_eq!(resumed(flag, value).unwrap().fingerprint(), own, "--{flag}"),
            Fixed(value, was) => {
                assert_ne!(begun_with(flag, value).fingerprint(), own, "--{flag} {value}");
                assert_eq!(resumed(flag, was).unwrap().fingerprint(), own, "--{flag} {was}");
            }
        }
    }
}
