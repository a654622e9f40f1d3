//! Healthy runs, on which the monitor is silent, and runs whose learning rate is far too high, on which it is not.
//!
//! The ordinary suite has a few of them, long enough for the first symptoms to be reported; `just watchdog` has all
//! ten, with larger networks, long enough for every symptom.

use std::fs;
use std::ops::Range;

use crate::{Outcome, Place};

/// Steps of the long form, in which every symptom has time to be reported.
const LONG: u64 = 2400;

/// Steps in the ordinary suite: D may be right on all images for 800 of them.
const SHORT: u64 = 900;

/// ngf, ndf and images in a step of each healthy run; the long form has twice as many of each.
const RUNS: [[u32; 3]; 10] = [
    [4, 4, 8],
    [4, 4, 16],
    [8, 4, 8],
    [4, 8, 8],
    [8, 8, 8],
    [8, 8, 16],
    [6, 6, 8],
    [6, 4, 12],
    [4, 6, 12],
    [8, 6, 8],
];

/// Which of them `just watchdog` asks for; none in the ordinary suite.
#[expect(clippy::disallowed_methods, reason = "the campaign is longer outside the suite")]
fn campaign() -> Option<Range<usize>> {
    let asked = std::env::var("DCGAN_WATCHDOG").ok()?;
    let (first, last) = asked.split_once('-').expect("FIRST-LAST, such as 0-9");
    Some(first.parse().unwrap()..last.parse::<usize>().unwrap() + 1)
}

/// Healthy run `i`.
fn healthy(place: &Place, i: usize, long: bool) -> Outcome {
    let (factor, side, steps) = if long { (2, "32", LONG) } else { (1, "16", SHORT) };
    let [ngf, ndf, batch] = RUNS[i].map(|n| (n * factor).to_string());
    let (out, seed, steps) = (format!("run{i}"), (i + 1).to_string(), steps.to_string());
    let sizes = ["--image-size", side, "--ngf", &ngf, "--ndf", &ndf, "--batch-size", &batch];
    let rest = ["--out", &out, "--seed", &seed, "--steps", &steps, "--sample-every", "1000"];
    place.dcgan(&[&["train", "--data", "cats"], &sizes[..], &rest[..]].concat()).succeeded()
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts, for those who ask with --nocapture")]
fn healthy_runs_are_silent() {
    let place = Place::new();
    let (long, runs) = match campaign() {
        Some(asked) => (true, asked.collect()),
        None => (false, vec![0, 3, 6, 9]),
    };
    place.draw_cats(if long { 2000 } else { 500 }, if long { 32 } else { 16 });
    for i in runs {
        let outcome = healthy(&place, i, long);
        assert_eq!(outcome.err, "", "run {i}");
        assert!(!place.path(&format!("run{i}/events.jsonl")).exists());
        println!("run {i} was silent");
    }
}

/// The default rate times a hundred: some of these networks learn all the same, and badly.
#[test]
fn a_learning_rate_a_hundred_times_too_large_is_reported_within_a_hundred_steps() {
    let place = Place::new();
    place.draw_cats(500, 16);
    let said = "warning: weight blow-up: the weight norm grew ";
    let help = "start a new run with an lr below 0.02, such as 0.0002 (the default)";
    for seed in ["1", "2", "3"] {
        let sizes = ["--image-size", "16", "--ngf", "4", "--ndf", "4", "--batch-size", "8"];
        let rest = ["--out", seed, "--seed", seed, "--steps", "120", "--lr", "0.02"];
        let outcome = place.dcgan(&[&["train", "--data", "cats"], &sizes[..], &rest].concat());
        let outcome = outcome.succeeded();
        assert!(outcome.err.starts_with(said), "{}", outcome.err);
        assert_eq!(outcome.err.lines().count(), 1, "{}", outcome.err);
        assert!(outcome.err.trim_end().ends_with(help), "{}", outcome.err);
        let event: serde_json::Value =
            serde_json::from_str(&place.text(&format!("{seed}/events.jsonl"))).unwrap();
        assert_eq!((&event["about"], &event["step"]), (&"weight_blowup".into(), &100.into()));
        assert!(outcome.err.contains(event["said"].as_str().unwrap()), "{event}");
    }
}

/// The default rate times five thousand.
#[test]
#[expect(clippy::print_stdout, reason = "what was said, for those who ask with --nocapture")]
fn a_learning_rate_that_is_far_too_large_is_reported() {
    let place = Place::new();
    place.draw_cats(500, 16);
    let sizes = ["--image-size", "16", "--ngf", "4", "--ndf", "4", "--batch-size", "8"];
    let rest = ["--out", "run", "--seed", "1", "--steps", "900", "--lr", "1"];
    let outcome = place.dcgan(&[&["train", "--data", "cats"], &sizes[..], &rest].concat());
    let outcome = outcome.succeeded();
    print!("{}", outcome.err);
    assert!(outcome.err.contains("an lr below 1, such as 0.0002"), "{}", outcome.err);
    let lines = outcome.err.lines().map(|line| line.strip_prefix("warning: ").unwrap());
    let events = fs::read_to_string(place.path("run/events.jsonl")).unwrap();
    for (said, event) in lines.zip(events.lines()) {
        assert!(event.contains(said), "{event}");
    }
}
