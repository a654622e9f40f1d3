//! `train --config`: settings from a file.

use std::fs;

use toml::Table;

use crate::{Outcome, Place};

fn train(place: &Place, args: &[&str]) -> Outcome {
    place.dcgan(&[&["train"], args].concat())
}

fn config(place: &Place, run: &str) -> Table {
    place.text(&format!("{run}/config.toml")).parse().unwrap()
}

/// The whole settings without the length.
fn without_length(mut config: Table) -> Table {
    for name in ["origin", "steps", "epochs"] {
        config.remove(name);
    }
    config
}

#[test]
fn the_config_of_a_run_starts_the_same_run() {
    let place = Place::with_run();
    train(&place, &["--config", "run/config.toml", "--out", "again"]).succeeded();
    assert_eq!(config(&place, "again"), config(&place, "run"), "with the fingerprint");
    let last = "checkpoints/step_00000002.ckpt";
    assert!(place.bytes(&format!("again/{last}")) == place.bytes(&format!("run/{last}")));

    // Flags count more, and a length in epochs replaces one in steps.
    let flags = ["--epochs", "1", "--seed", "8", "--flip", "cats", "--out", "other"];
    train(&place, &[&["--config", "run/config.toml"], &flags[..]].concat()).succeeded();
    let (mut expected, other) = (config(&place, "run"), config(&place, "other"));
    expected.insert("seed".to_owned(), 8.into());
    expected.insert("flip".to_owned(), true.into());
    assert_eq!((other.get("steps"), &other["epochs"]), (None, &1.into()));
    assert_eq!(without_length(other), without_length(expected));
}

#[test]
fn a_file_may_have_some_of_the_settings() {
    let place = Place::with_cats(6);
    let text = "data = \"cats\"\nimage_size = 16\nngf = 4\nndf = 4\nlr = 1e-3\naugment = \"color\"\nsteps = 1\n";
    fs::write(place.path("small.toml"), text).unwrap();
    train(&place, &["--config", "small.toml", "--nz", "5", "--out", "run"]).succeeded();
    let found = config(&place, "run");
    let number = |name: &str| found[name].as_integer().unwrap();
    assert_eq!(["image_size", "ngf", "nz", "steps"].map(number), [16, 4, 5, 1]);
    assert_eq!((found["lr"].as_float(), found["augment"].as_str()), (Some(1e-3), Some("color")));
    assert!(found["data"].as_str().unwrap().ends_with("/cats"));
    // Other images than the file's.
    place.draw_cat("elsewhere.png", 1, 16);
    let other = train(&place, &["elsewhere.png", "--config", "small.toml", "--out", "other"]);
    other.succeeded().prints(&["1 image from"]);
    assert!(config(&place, "other")["data"].as_str().unwrap().ends_with("/elsewhere.png"));
}

#[test]
fn what_no_setting_can_be_is_refused() {
    let place = Place::with_cats(6);
    for (text, parts) in [
        ("learning_rat = 1", &["there is no setting `learning_rat`; did you mean `"][..]),
        ("batch-size = 8", &["`batch-size`; did you mean `batch_size`?"]),
        ("image_sizes = 8", &["did you mean `image_size`?"]),
        ("learning_rate = 0.1", &["did you mean `lr`?"]),
        ("nz = \"x\"", &["nz is \"x\": it must be a whole number, such as 100"]),
        ("nz = -1", &["nz is -1: it must be a whole number, such as 100"]),
        ("lr = true", &["lr is true: it must be a number, such as 0.0002"]),
        ("flip = 1", &["flip is 1: it must be true or false"]),
        ("steps = \"x\"", &["steps is \"x\": it cannot have this value"]),
        ("data = 1", &["data is 1"]),
        (
            "objective = \"bc\"",
            &["objective is \"bc\": it cannot have this value; the default is \"bce\""],
        ),
        ("nz = 1\nngf = 2\nnz = 3", &["line 3: duplicate key"]),
        ("epochs = 1\nsteps = 1", &["epochs and steps"]),
        ("nz", &["--config is bad.toml: "]),
    ] {
        fs::write(place.path("bad.toml"), text).unwrap();
        let parts = [&["--config is bad.toml: "], parts].concat();
        train(&place, &["cats", "--config", "bad.toml", "--out", "x"]).refused(2, &parts);
    }
    // A value that the setting can hold, but no run can have.
    fs::write(place.path("bad.toml"), "lr = -1.0").unwrap();
    train(&place, &["cats", "--config", "bad.toml", "--out", "x"]).refused(2, &["lr is -1"]);
    train(&place, &["cats", "--config", "none.toml"]).refused(1, &["cannot read none.toml"]);
    fs::write(place.path("bad.toml"), [0xff]).unwrap();
    train(&place, &["cats", "--config", "bad.toml"]).refused(2, &["bad.toml: it is not text"]);
    train(&place, &["--resume", "x", "--config", "bad.toml"]).refused(2, &["cannot be used with"]);
    assert!(!place.path("x").exists());
}
