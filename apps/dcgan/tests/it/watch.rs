//! Training that fails is reported, and training that works is not.

use std::fs;

use dcgan_gan::checkpoint;
use dcgan_mutate::planted;

use crate::{Outcome, Place};

/// One checkpoint an epoch, which has one step and a half.
const OFTEN: &[&str] = &["--checkpoint-every", "1", "--log-every", "1", "--keep", "last=9"];

/// A rate with which the weights overflow in the second step.
const WILD: &[&str] = &["--lr", "1e30"];

pub(crate) const ROLLBACK: &[&str] = &["--on-divergence", "rollback"];

/// What is written into a checkpoint in the place of a value that the program does not write.
const PLACEHOLDER: f32 = 1.25e-33;

/// Puts such weights into a layer of D in checkpoints of a run.
pub(crate) fn plant(place: &Place, run: &str, steps: &[u64], value: f32) {
    for step in steps {
        let path = place.path(&format!("{run}/checkpoints/step_{step:08}.ckpt"));
        let mut state = checkpoint::decode(&fs::read(&path).unwrap()).unwrap();
        let entries = state.discriminator.theta.entries();
        let range = entries.iter().find(|e| e.name == "main.5.weight").unwrap().range.clone();
        state.discriminator.theta.as_mut_slice()[range].fill(PLACEHOLDER);
        let bytes = checkpoint::encode(&state).unwrap();
        fs::write(&path, planted(&bytes, PLACEHOLDER, value)).unwrap();
    }
}

/// So large that the sum over one image overflows.
pub(crate) const HUGE: f32 = 3e38;

/// A run of twelve steps, whose checkpoints are after these.
const SAVED: [u64; 8] = [2, 3, 5, 6, 8, 9, 11, 12];

pub(crate) fn run_of_twelve(place: &Place, name: &str) {
    place.train(&[&["--out", name, "--steps", "12"], OFTEN].concat()).succeeded();
    assert_eq!(saved(place, name), SAVED);
}

/// `events.jsonl` of a run: what each is about, whether it begins, its step, and the rollbacks before.
pub(crate) fn events(place: &Place, run: &str) -> Vec<(String, bool, u64, u64)> {
    let Ok(text) = fs::read_to_string(place.path(run).join("events.jsonl")) else {
        return Vec::new();
    };
    let event = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let about = line["about"].as_str().unwrap().to_owned();
        let number = |key: &str| line[key].as_u64().unwrap();
        (about, line["begins"].as_bool().unwrap(), number("step"), number("rollbacks"))
    };
    text.lines().map(event).collect()
}

/// Steps of the checkpoints of a run.
pub(crate) fn saved(place: &Place, run: &str) -> Vec<u64> {
    let names = place.list(&format!("{run}/checkpoints"));
    names.iter().map(|name| name["step_".len()..][..8].parse().unwrap()).collect()
}

/// The program ended as it does when training diverges, naming the step and the layer.
#[track_caller]
fn diverged(outcome: Outcome, parts: &[&str]) -> Outcome {
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    let last = outcome.err.lines().last().unwrap_or_default().to_owned();
    for part in [&["error: step ", "main.", " is no longer finite"], parts].concat() {
        assert!(last.contains(part), "`{part}` is not in: {last}");
    }
    outcome
}

#[test]
fn a_run_that_diverges_stops_and_leaves_its_last_valid_checkpoint() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "run");
    plant(&place, "run", &[12], HUGE);
    let before = SAVED.map(|step| place.bytes(&format!("run/checkpoints/step_{step:08}.ckpt")));
    let on = ["train", "--out", "run", "--resume", "--steps", "20"];
    let parts = [
        "error: step 13: the output of main.5 in the discriminator",
        "existing checkpoints, up to step 12, are unaffected",
        "an lr below 0.0002",
        " train --resume run --on-divergence rollback",
    ];
    // Resumed once more it ends in the same way, and has reported it once.
    for _ in 0..2 {
        let outcome = diverged(place.dcgan(&on), &parts);
        assert_eq!(outcome.err.lines().count(), 1, "{}", outcome.err);
        assert_eq!(events(&place, "run"), [("diverged".to_owned(), true, 13, 0)]);
        let event: serde_json::Value =
            serde_json::from_str(&place.text("run/events.jsonl")).unwrap();
        let start = format!("error: {}, or retry with", event["said"].as_str().unwrap());
        assert!(outcome.err.starts_with(&start), "{}", outcome.err);
    }
    let after = SAVED.map(|step| place.bytes(&format!("run/checkpoints/step_{step:08}.ckpt")));
    assert!(before == after && saved(&place, "run") == SAVED);
    place
        .dcgan(&["generate", "--model", "run", "--seeds", "0-3", "--grid", "grid.png"])
        .succeeded();
    assert_log(&place, "run", 12);
}

#[test]
fn weights_that_overflow_in_training_stop_it() {
    let place = Place::with_cats(6);
    let outcome = place.train(&[&["--out", "run", "--steps", "60"], WILD].concat());
    diverged(outcome, &["nothing has been saved", "an lr below 1"]);
    assert!(!place.path("run/checkpoints").exists());
    let all = [&["--out", "again", "--steps", "60"], WILD, ROLLBACK].concat();
    let outcome = diverged(place.train(&all), &["has already rolled back 3 times"]);
    assert_eq!(outcome.err.matches("rolling back to the start with different latents").count(), 3);
    let about: Vec<_> =
        events(&place, "again").into_iter().map(|(about, .., gone)| (about, gone)).collect();
    assert_eq!(about, [0, 1, 2, 3].map(|gone| ("diverged".to_owned(), gone)));
}

/// Back to the last checkpoint, to the one before, and so on, three times in all.
#[test]
fn a_run_rolls_back_until_it_is_finite_and_continues_with_different_latents() {
    let place = Place::with_cats(6);
    for name in ["one", "two"] {
        run_of_twelve(&place, name);
        plant(&place, name, &[11, 12], HUGE);
    }
    let on = |run: &str, steps: &str| {
        let outcome = place
            .dcgan(&[&["train", "--out", run, "--resume", "--steps", steps], ROLLBACK].concat());
        outcome.succeeded()
    };
    let outcome = on("one", "20");
    let said = |outcome: &Outcome| -> Vec<String> {
        let back =
            |line: &str| line.split_once("rolling back to ").map(|(_, rest)| rest.to_owned());
        outcome.err.lines().filter_map(back).collect()
    };
    let to = |step, i| format!("step {step} with different latents (rollback {i} of 3)");
    assert_eq!(said(&outcome), [to(12, 1), to(11, 2), to(9, 3)]);
    let expected =
        [(13, 0), (13, 1), (12, 2)].map(|(at, gone)| ("diverged".to_owned(), true, at, gone));
    assert_eq!(events(&place, "one"), expected);
    assert_log(&place, "one", 20);
    let info = place.dcgan(&["info", "one"]).succeeded();
    assert!(info.out.contains("rolled back    3 times"), "{}", info.out);

    // Stopped and resumed in between it is the same.
    on("two", "14");
    assert_eq!(said(&on("two", "20")), [""; 0]);
    let last = |run: &str, name: &str| place.bytes(&format!("{run}/checkpoints/{name}.ckpt"));
    let end = |run: &str| last(run, "step_00000020_rollback_3");
    assert!(end("one") == end("two"));
    assert_eq!(
        place.text("one/events.jsonl"),
        place.text("two/events.jsonl").replace("two", "one")
    );
    run_of_twelve(&place, "straight");
    place.dcgan(&["train", "--out", "straight", "--resume", "--steps", "20"]).succeeded();
    let straight = last("straight", "step_00000020");
    assert!(end("one") != straight, "the latents are the same as before");
}

#[test]
fn a_run_rolls_back_at_most_three_times() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "run");
    plant(&place, "run", &SAVED, HUGE);
    let on = [&["train", "--out", "run", "--resume", "--steps", "20"], ROLLBACK].concat();
    let outcome = diverged(place.dcgan(&on), &["step 10: ", "has already rolled back 3 times"]);
    assert_eq!(outcome.err.matches("warning: step ").count(), 3, "{}", outcome.err);
}

#[test]
fn a_non_finite_checkpoint_is_not_resumed_from() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "run");
    plant(&place, "run", &[11, 12], f32::NAN);
    let outcome = place.dcgan(&["train", "--out", "run", "--resume", "--steps", "14"]).succeeded();
    for step in [11, 12] {
        let why = format!(
            "step_{step:08}.ckpt: not the state of a run: main.5.weight in the discriminator is not finite"
        );
        assert!(outcome.err.contains(&why), "{}", outcome.err);
    }
    assert_log(&place, "run", 14);
}

/// Weights that overflow make a NaN in the generator, of which a ReLU makes a zero, and no loss shows it: the state
/// is looked through before it is saved.
#[test]
fn a_number_that_no_loss_shows_does_not_reach_a_checkpoint() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "run");
    let path = place.path("run/checkpoints/step_00000012.ckpt");
    let mut state = checkpoint::decode(&fs::read(&path).unwrap()).unwrap();
    let first = state.generator.theta.entries()[0].range.clone();
    state.generator.theta.as_mut_slice()[first].fill(HUGE);
    fs::write(&path, checkpoint::encode(&state).unwrap()).unwrap();
    let outcome = place.dcgan(&["train", "--out", "run", "--resume", "--steps", "19"]);
    diverged(
        outcome,
        &["step 14: main.0.weight in the generator", "up to step 12, are unaffected"],
    );
    assert_eq!(saved(&place, "run"), SAVED);
}

#[test]
fn one_image_is_reported_once_on_the_screen_and_in_the_events() {
    let place = Place::with_cats(1);
    let steps = ["--steps", "450", "--sample-every", "1000", "--checkpoint-every", "600"];
    let outcome = place.train(&[&["--out", "run"], &steps[..]].concat()).succeeded();
    let said = "warning: degenerate data: the real images have been nearly identical for 100 steps";
    assert_eq!(outcome.err.matches(said).count(), 1, "{}", outcome.err);
    let alike = events(&place, "run").into_iter().filter(|event| event.0 == "degenerate_data");
    assert_eq!(alike.collect::<Vec<_>>(), [("degenerate_data".to_owned(), true, 100, 0)]);
    assert_log(&place, "run", 450);

    // Stopped before, in between or after, it has reported the same.
    for cut in ["60", "100", "250"] {
        let out = format!("cut{cut}");
        let first =
            ["--out", &out, "--steps", cut, "--sample-every", "1000", "--checkpoint-every", "600"];
        place.train(&first).succeeded();
        place.dcgan(&["train", "--out", &out, "--resume", "--steps", "450"]).succeeded();
        assert!(
            place.bytes(&format!("{out}/events.jsonl")) == place.bytes("run/events.jsonl"),
            "{cut}"
        );
        let [a, b] =
            [&*out, "run"].map(|run| place.bytes(&format!("{run}/checkpoints/step_00000450.ckpt")));
        assert!(a == b, "{cut}");
    }

    let outcome =
        place.train(&[&["--out", "off", "--watch", "off"], &steps[..]].concat()).succeeded();
    assert!(!outcome.err.contains("degenerate"), "{}", outcome.err);
    assert!(!place.path("off/events.jsonl").exists());
}

/// Each line of the log is of a later step, and its losses are numbers.
#[track_caller]
fn assert_log(place: &Place, run: &str, last: u64) {
    let mut steps = Vec::new();
    for line in place.text(&format!("{run}/log.jsonl")).lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(
            ["loss_g", "loss_d_real", "loss_d_fake"].iter().all(|loss| line[loss].is_number()),
            "{line}"
        );
        steps.push(line["step"].as_u64().unwrap());
    }
    assert!(steps.is_sorted_by(|a, b| a < b), "{steps:?}");
    assert_eq!(steps.last(), Some(&last));
}
