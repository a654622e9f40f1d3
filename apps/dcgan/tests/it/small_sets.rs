//! Few images: enough steps, sensible intervals, and a word about what to expect.

use crate::Place;
use crate::running::Running;

#[test]
fn fifty_images_get_enough_steps_and_a_warning() {
    let place = Place::with_cats(50);
    let tiny = ["--ngf", "4", "--ndf", "4", "--nz", "5", "--log-every", "1", "--out", "run"];
    let mut running = Running::of(&place, &[&["train", "--data", "cats"], &tiny[..]].concat());
    running.wait_for("an estimate", || place.text("out").contains(" for 16,000 steps ("));
    let outcome = running.interrupt();
    assert_eq!(outcome.err, format!("warning: {}\n", dcgan_data::few_images(50).unwrap()));
    outcome.prints(&["50 images from ", "Training for 16,000 steps"]);
    // It is told before the first lines of the log are old.
    let step_10 = outcome.out.find("step 10/").unwrap_or(outcome.out.len());
    assert!(outcome.out.find("\nabout ").unwrap() < step_10, "{}", outcome.out);
    outcome.prints(&["Recipe small, for fewer than 500 images; "]);
    let config: toml::Table = place.text("run/config.toml").parse().unwrap();
    let setting = |name: &str| config[name].as_integer().unwrap();
    assert_eq!((setting("batch_size"), setting("epochs")), (16, 5120));
    assert_eq!(config["recipe"].as_str(), Some("small"));
    place
        .dcgan(&["info", "run"])
        .succeeded()
        .prints(&["recipe         small\n", "augment        color,translation,cutout\n"]);
    assert_eq!((setting("sample_every"), setting("checkpoint_every")), (128, 640));

    // Resumed, it keeps them, and is not warned again.
    let resumed = place.dcgan(&["train", "--out", "run", "--resume", "--epochs", "1"]);
    assert!(resumed.err.contains("the run has already taken "), "{}", resumed.err);
    assert_eq!(place.text("run/config.toml").parse::<toml::Table>().unwrap(), config);
}

#[test]
fn a_batch_that_is_larger_than_the_set_is_warned_of() {
    let place = Place::with_cats(3);
    let outcome = place.train(&["--out", "run", "--steps", "1"]).succeeded();
    let lines: Vec<&str> = outcome.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", outcome.err);
    assert!(lines[1].starts_with("warning: batch_size is 4, more than the 3 images: "));
    let resumed = place.dcgan(&["train", "--out", "run", "--resume", "--steps", "2"]).succeeded();
    assert_eq!(resumed.err, "");
}
