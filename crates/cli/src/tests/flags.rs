//! The places of a setting: a field of `Settings` or `Config`, which decides everything else, a flag of
//! `dcgan train`, and a line of the user guide. And what each flag does when a run is resumed.

use std::collections::BTreeSet;
use std::path::Path;

use clap::Parser;
use dcgan_data::{Source, Survey};
use dcgan_gan::{Role, Value};
use dcgan_run::{Options, RunError, Settings, Simd};

use crate::invocation::Invocation;
use crate::{Cli, Command, command, messages};

const SURVEY: Survey = Survey { images: 3000, channels: 3, side: 700 };

/// Flags that say where, whether or how fast, and are not settings of a run.
const NOT_SETTINGS: [&str; 8] = [
    "out",
    "resume",
    "allow-data-change",
    "threads",
    "memory-limit",
    "tensorboard",
    "config",
    "from",
];

/// A different valid value, for settings whose value cannot simply be incremented.
const OTHERS: &[(&str, &str)] = &[
    ("recipe", "long"),
    ("data", "elsewhere"),
    ("epochs", "7"),
    ("steps", "7"),
    ("image_size", "32"),
    ("channels", "1"),
    ("keep", "last=7"),
    ("watch", "off"),
    ("on_divergence", "rollback"),
    ("objective", "hinge"),
    ("d_norm", "none"),
    ("label_smoothing", "0.1"),
    ("r1", "1"),
    ("r2", "1"),
    ("lecam", "0.1"),
    ("upsample", "transposed"),
    ("lr_half_life", "1000"),
    ("lr_g", "0.001"),
    ("lr_d", "0.001"),
    ("ema", "0.5"),
    ("flip", "true"),
    ("augment", "color,cutout"),
    ("conv", "im2col"),
    ("simd", "avx2"),
    ("device", "gpu:1"),
];

/// The flag of each setting with this role, a different value, and the value of the run.
fn flags(role: Role) -> Vec<(String, String, String)> {
    let entries = started().entries().into_iter().filter(|entry| entry.role == role);
    let flag = |entry: dcgan_run::Entry| {
        let other = OTHERS.iter().find(|(name, _)| *name == entry.name);
        let other = other.map(|(_, other)| (*other).to_owned());
        let next = || match &entry.value {
            Some(Value::Int(n)) => (n + 1).to_string(),
            Some(Value::Float(x)) => (x / 2.0).to_string(),
            value => panic!("{} is {value:?}: put another value into OTHERS", entry.name),
        };
        let was = entry.value.as_ref().map_or("no value".to_owned(), Value::to_string);
        (entry.name.replace('_', "-"), other.unwrap_or_else(next), was)
    };
    entries.map(flag).collect()
}

/// A setting is one field, one flag and one line of documentation.
#[test]
fn every_setting_is_in_its_three_places_and_nothing_else_is_a_flag() {
    let names: BTreeSet<String> =
        started().entries().iter().map(|entry| entry.name.replace('_', "-")).collect();
    let command = command();
    let train = command.find_subcommand("train").unwrap();
    let flags: BTreeSet<&str> = train.get_arguments().filter_map(|flag| flag.get_long()).collect();
    let expected = names.iter().map(String::as_str).chain(NOT_SETTINGS).collect();
    assert_eq!(flags, expected);

    let guide = guide();
    let documented: BTreeSet<&str> = guide.iter().map(|(name, _)| name.as_str()).collect();
    for name in &names {
        assert!(documented.contains(name.as_str()), "--{name} is not in docs/user-guide.md");
    }
}

/// The names of the flags in the user guide, and their defaults.
fn guide() -> Vec<(String, String)> {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/user-guide.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `--")?.split(" | ");
        let name = cells.next()?.split(['`', ' ']).next()?;
        Some((name.to_owned(), cells.next()?.to_owned()))
    };
    guide.lines().filter_map(row).collect()
}

/// All numbers in a text, in order: `64, or 6,400` has 64 and 6400.
fn numbers(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_digit() || [',', '.'].contains(&c);
    let parts = text.split(|c| !is_part(c));
    let parts = parts.map(|part| part.trim_end_matches([',', '.']).replace(',', ""));
    parts.filter(|part| part.contains(|c: char| c.is_ascii_digit())).collect()
}

/// Defaults that depend on the images are sentences, in the help and in the user guide.
#[test]
fn the_defaults_in_the_help_are_those_of_the_guide() {
    let command = command();
    let train = command.find_subcommand("train").unwrap();
    for (name, default) in guide() {
        let flag = train.get_arguments().find(|flag| flag.get_long() == Some(&name)).unwrap();
        let help = flag.get_help().unwrap().to_string();
        let shown = help.split_once("[default: ").map_or("", |(_, shown)| shown);
        assert_eq!(numbers(shown), numbers(&default), "--{name}: {shown} and {default}");
    }
}

/// A default that does not depend on the images is in the help, and is the one of the table.
#[test]
fn help_shows_the_defaults_of_the_table() {
    let mut command = command();
    let help = command.find_subcommand_mut("train").unwrap().render_long_help().to_string();
    for (flag, default) in
        [("--nz", "100"), ("--lr", "0.0002"), ("--keep", "last=3"), ("--conv", "auto")]
    {
        let line = help.lines().skip_while(|line| !line.trim_start().starts_with(flag));
        let words: Vec<&str> = line.take(4).flat_map(str::split_whitespace).collect();
        let text = words.join(" ");
        assert!(text.contains(&format!("[default: {default}]")), "{flag}: {text}");
    }
}

fn started() -> Settings {
    let settings = Settings::new(&Options::default(), &Source::Folder("x".into()), SURVEY).unwrap();
    Settings { simd: Simd::Portable, ..settings }
}

fn invocation() -> Invocation {
    Invocation::new(None, false)
}

/// The options with this flag, and the others that a run needs.
fn options(flag: &str, value: &str, others: &[&str]) -> Options {
    let flag = format!("--{flag}={value}");
    let run = ["dcgan", "train", "--out", "run", "--resume", &flag];
    let cli = Cli::parse_from(run.iter().chain(others));
    let Command::Train(args) = cli.command else { panic!("another command") };
    args.options(&invocation()).unwrap()
}

/// The settings of a run that is resumed with this flag.
fn resumed(flag: &str, value: &str) -> Result<Settings, RunError> {
    started().resumed(&options(flag, value, &[]))
}

/// The settings of a run that is started with this flag.
fn started_with(flag: &str, value: &str) -> Settings {
    if flag == "simd" {
        return Settings { simd: Simd::Avx2, ..started() };
    }
    let source = Source::Folder("x".into());
    // What these make no sense without.
    let others: &[&str] = match flag {
        "r1" | "r2" => &["--d-norm=none"],
        "penalty-every" => &["--d-norm=none", "--r1=1"],
        _ => &[],
    };
    let settings = Settings::new(&options(flag, value, others), &source, SURVEY).unwrap();
    Settings { simd: Simd::Portable, ..settings }
}

#[test]
fn changes_of_settings_that_affect_results_are_refused_by_name() {
    for (flag, value, was) in &flags(Role::Fixed) {
        let message = messages::error(&resumed(flag, value).unwrap_err(), &invocation());
        assert!(message.contains(&format!("--{flag} is {value}")), "{message}");
        if flag != "simd" || Simd::Avx2.is_supported() {
            assert!(message.contains(&format!("started with {was}")), "{message}");
            assert!(message.contains("start a new run"), "{message}");
        }
        if was != "no value" {
            assert_eq!(resumed(flag, was).unwrap(), started(), "--{flag} as it was");
        }
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
fn free_settings_can_change() {
    for (flag, value, _) in &flags(Role::Free) {
        let settings = resumed(flag, value).unwrap();
        assert_ne!(settings, started(), "--{flag}");
        assert_eq!(settings.config, started().config, "--{flag}");
        assert!(toml::to_string(&settings).unwrap().contains(value), "--{flag}");
    }
}

#[test]
fn a_fingerprint_covers_exactly_the_settings_that_affect_results() {
    let own = started().fingerprint();
    for (flag, value, _) in &flags(Role::Free) {
        assert_eq!(resumed(flag, value).unwrap().fingerprint(), own, "--{flag}");
    }
    for (flag, value, was) in &flags(Role::Fixed) {
        assert_ne!(started_with(flag, value).fingerprint(), own, "--{flag} {value}");
        if was != "no value" {
            assert_eq!(resumed(flag, was).unwrap().fingerprint(), own, "--{flag} {was}");
        }
    }
}
