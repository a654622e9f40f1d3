//! The parts of the command line. What a user sees is tested on the binary.

mod code;
#[path = "../build/digest.rs"]
mod digest;
mod flags;
mod latents_file;
mod messages;
mod progress;
mod pytorch_example;
mod screen;

use clap::CommandFactory;

use crate::console::{count, thousands};
use crate::seeds::Seeds;

#[test]
fn the_arguments_are_consistent() {
    crate::Cli::command().debug_assert();
}

#[test]
fn lists_of_seeds_are_read() {
    let seeds = |text: &str| text.parse::<Seeds>().map(|Seeds(seeds)| seeds);
    assert_eq!(seeds("7"), Ok(vec![7]));
    assert_eq!(seeds("0-3, 9,9 - 10"), Ok(vec![0, 1, 2, 3, 9, 9, 10]));
    assert_eq!(seeds(&u64::MAX.to_string()), Ok(vec![u64::MAX]));
    for wrong in ["", ",", "a", "-3", "1-", "5-2", "0-99999999999", "1.5"] {
        assert!(seeds(wrong).is_err(), "{wrong}");
    }
    assert_eq!(seeds("0-99999").unwrap().len(), 100_000);
    assert!(seeds("0-99999,5").is_err());
}

#[test]
fn numbers_are_grouped() {
    let written = [0, 12, 999, 1000, 1_234_567].map(thousands);
    assert_eq!(written, ["0", "12", "999", "1,000", "1,234,567"]);
    assert_eq!([count(1, "file"), count(2, "file")], ["1 file", "2 files"]);
}
