//! Training that goes wrong says so, and one that goes well does not.

use std::fs;

use dcgan_gan::checkpoint;

use crate::{Place, Told};

/// One checkpoint an epoch, which has one step and a half.
const OFTEN: &[&str] = &["--checkpoint-every", "1", "--log-every", "1", "--keep", "last=9"];

/// A rate with which the weights overflow in the second step.
const WILD: &[&str] = &["--lr", "1e30"];

pub(crate) const BACK: &[&str] = &["--on-divergence", "rollback"];

/// Puts such weights into a layer of D in checkpoints of a run.
pub(crate) fn plant(place: &Place, run: &str, steps: &[u64], value: f32) {
    for step in steps {
        let path = place.path(&format!("{run}/checkpoints/step_{step:08}.ckpt"));
        let mut state = checkpoint::decode(&fs::read(&path).unwrap()).unwrap();
        let entries = state.discriminator.theta.entries();
        let range = entries.iter().find(|e| e.name == "main.5.weight").unwrap().range.clone();
        state.discriminator.theta.as_mut_slice()[range].fill(value);
        fs::write(&path, checkpoint::encode(&state)).unwrap();
    }
}

/// So large that the sum over one picture overflows.
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

/// That the program ended as it does when numbers are lost, naming the step and the layer.
#[track_caller]
fn lost(told: Told, parts: &[&str]) -> Told {
    assert_eq!(told.code, Some(3), "{told:#?}");
    let last = told.err.lines().last().unwrap_or_default().to_owned();
    for part in [&["error: step ", "main.", " is no longer finite"], parts].concat() {
        assert!(last.contains(part), "`{part}` is not in: {last}");
    }
    told
}

#[test]
fn a_run_that_loses_its_numbers_stops_and_leaves_its_last_good_checkpoint() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "run");
    plant(&place, "run", &[12], HUGE);
    let before = SAVED.map(|step| place.bytes(&format!("run/checkpoints/step_{step:08}.ckpt")));
    let on = ["train", "--out", "run", "--resume", "--steps", "20"];
    let parts = [
        "error: step 13: the output of main.5 in the discriminator",
        "what was saved, up to step 12, is untouched",
        "a smaller --lr",
        "dcgan train --out run --resume --on-divergence rollback",
    ];
    // Gone on with once more it meets the same end, and has said so once.
    for _ in 0..2 {
        let told = lost(place.dcgan(&on), &parts);
        assert_eq!(told.err.lines().count(), 1, "{}", told.err);
        assert_eq!(events(&place, "run"), [("diverged".to_owned(), true, 13, 0)]);
        assert!(place.text("run/events.jsonl").contains(told.err["error: ".len()..].trim_end()));
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
    let told = place.train(&[&["--out", "run", "--steps", "60"], WILD].concat());
    lost(told, &["nothing has been saved yet", "a smaller --lr"]);
    assert!(!place.path("run/checkpoints").exists());
    let all = [&["--out", "again", "--steps", "60"], WILD, BACK].concat();
    let told = lost(place.train(&all), &["has gone back 3 times already"]);
    assert_eq!(told.err.matches("back to the beginning, and on with other latents").count(), 3);
    let about: Vec<_> =
        events(&place, "again").into_iter().map(|(about, .., gone)| (about, gone)).collect();
    assert_eq!(about, [0, 1, 2, 3].map(|gone| ("diverged".to_owned(), gone)));
}

/// Back to the last checkpoint, to the one before, and so on, three times in all.
#[test]
fn a_run_goes_back_until_it_is_well_and_then_on_with_other_latents() {
    let place = Place::with_cats(6);
    for name in ["one", "two"] {
        run_of_twelve(&place, name);
        plant(&place, name, &[11, 12], HUGE);
    }
    let on = |run: &str, steps: &str| {
        let told =
            place.dcgan(&[&["train", "--out", run, "--resume", "--steps", steps], BACK].concat());
        told.succeeded()
    };
    let told = on("one", "20");
    let said = |told: &Told| -> Vec<String> {
        let back = |line: &str| line.split_once("back to ").map(|(_, rest)| rest.to_owned());
        told.err.lines().filter_map(back).collect()
    };
    let to = |step, i| format!("step {step}, and on with other latents (rollback {i} of 3)");
    assert_eq!(said(&told), [to(12, 1), to(11, 2), to(9, 3)]);
    let expected =
        [(13, 0), (13, 1), (12, 2)].map(|(at, gone)| ("diverged".to_owned(), true, at, gone));
    assert_eq!(events(&place, "one"), expected);
    assert_log(&place, "one", 20);
    let info = place.dcgan(&["info", "one"]).succeeded();
    assert!(info.out.contains("went back      3 times"), "{}", info.out);

    // Stopped and gone on with in between it is the same.
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
fn a_run_goes_back_three_times_at_most() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "run");
    plant(&place, "run", &SAVED, HUGE);
    let on = [&["train", "--out", "run", "--resume", "--steps", "20"], BACK].concat();
    let told = lost(place.dcgan(&on), &["step 10: ", "has gone back 3 times already"]);
    assert_eq!(told.err.matches("warning: step ").count(), 3, "{}", told.err);
}

#[test]
fn a_checkpoint_with_a_number_that_is_none_is_not_gone_back_to() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "run");
    plant(&place, "run", &[11, 12], f32::NAN);
    let on = [&["train", "--out", "run", "--resume", "--steps", "14"], BACK].concat();
    let told = place.dcgan(&on).succeeded();
    assert!(told.err.contains("back to step 9, and on"), "{}", told.err);
    assert_log(&place, "run", 14);
}

/// A ReLU makes a zero of a NaN in the generator, and no loss shows it: the state is looked through
/// before it is saved.
#[test]
fn a_number_that_no_loss_shows_does_not_reach_a_checkpoint() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "run");
    let path = place.path("run/checkpoints/step_00000012.ckpt");
    let mut state = checkpoint::decode(&fs::read(&path).unwrap()).unwrap();
    state.generator.theta.as_mut_slice()[0] = f32::NAN;
    fs::write(&path, checkpoint::encode(&state)).unwrap();
    let told = place.dcgan(&["train", "--out", "run", "--resume", "--steps", "19"]);
    lost(told, &["step 14: main.0.weight in the generator", "up to step 11, is untouched"]);
    assert_eq!(saved(&place, "run"), SAVED);
}

#[test]
fn one_picture_is_told_of_once_on_the_screen_and_in_the_events() {
    let place = Place::with_cats(1);
    let steps = ["--steps", "450", "--sample-every", "1000", "--checkpoint-every", "600"];
    let told = place.train(&[&["--out", "run"], &steps[..]].concat()).succeeded();
    let said = "warning: the real pictures have been all but the same for 100 steps";
    assert_eq!(told.err.matches(said).count(), 1, "{}", told.err);
    let alike = events(&place, "run").into_iter().filter(|event| event.0 == "alike");
    assert_eq!(alike.collect::<Vec<_>>(), [("alike".to_owned(), true, 100, 0)]);
    assert_log(&place, "run", 450);

    // Stopped before, in between or after, it has been told the same.
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

    let told = place.train(&[&["--out", "off", "--watch", "off"], &steps[..]].concat()).succeeded();
    assert_eq!(told.err, "");
    assert!(!place.path("off/events.jsonl").exists());
}

/// That each line of the log is of the next step, and has numbers.
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
