//! `dcgan info` for people and for programs.

use std::fs;

use serde_json::Value;

use crate::Place;

fn json(place: &Place, file: &str) -> Value {
    let out = place.dcgan(&["info", file, "--json"]).succeeded().out;
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

#[test]
fn the_lines_that_matter_come_first_and_the_layers_last() {
    let place = Place::with_cats(6);
    place.train(&["--out", "run", "--steps", "2", "--keep", "best=1"]).succeeded();
    let out = place.dcgan(&["info", "run"]).succeeded().out;
    let start = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    let lines: Vec<String> = out.lines().map(start).collect();
    let first = ["steps", "quality", "best", "samples", "model", "fingerprint", "trained"];
    assert_eq!(lines[1..8], first);
    let at = |word: &str| lines.iter().position(|line| line == word).unwrap();
    assert!(at("seed") < at("generator") && at("generator") < at("main.0.weight"), "{out}");
    assert!(out.contains("steps          2 of 2 (complete)\n"), "{out}");
    assert_eq!(lines.last().unwrap(), "main.3.running_var");
}

#[test]
fn every_kind_of_file_is_described_in_json() {
    let place = Place::with_run();
    let model = place.dcgan(&["info", "run"]).out;
    let model = model.lines().find_map(|line| line.strip_prefix("model")).unwrap().trim();
    let run = json(&place, "run");
    assert_eq!((&run["kind"], &run["model"]), (&"checkpoint".into(), &model.into()));
    assert_eq!((&run["steps"], &run["images"]), (&2.into(), &6.into()));
    assert_eq!((&run["run"]["state"], &run["run"]["total"]), (&"complete".into(), &2.into()));
    assert_eq!((&run["config"]["ngf"], &run["config"]["seed"]), (&4.into(), &7.into()));
    assert_eq!(run["origins"].as_array().unwrap().len(), 1);
    let arrays = run["networks"]["generator"]["arrays"].as_array().unwrap();
    assert_eq!(arrays[0]["name"], "main.0.weight");

    let checkpoint = json(&place, "run/checkpoints/step_00000002.ckpt");
    assert_eq!(checkpoint["networks"], run["networks"]);
    assert!(checkpoint["run"].is_null());

    place.dcgan(&["export", "--model", "run", "--out", "g.safetensors"]).succeeded();
    let tensors = json(&place, "g.safetensors");
    assert_eq!((&tensors["kind"], &tensors["model"]), (&"weights".into(), &model.into()));
    assert_eq!(tensors["tensors"][0]["name"], "main.0.weight");

    let image = json(&place, "run/samples/epoch_0001.png");
    assert_eq!((&image["kind"], &image["images"]), (&"image".into(), &64.into()));
    assert_eq!(image["provenance"]["model"], model);
}

#[test]
fn other_files_are_refused_in_plain_words() {
    let place = Place::new();
    fs::write(place.path("README.md"), "# Cats\n").unwrap();
    fs::write(place.path("empty.pth"), "").unwrap();
    let refused = place.dcgan(&["info", "README.md"]).refused(1, &[]);
    let expected = "error: README.md is neither a checkpoint of dcgan nor weights from PyTorch; ";
    assert!(refused.err.starts_with(expected), "{}", refused.err);
    place.dcgan(&["info", "empty.pth"]).refused(1, &["empty.pth is an empty file; info "]);
}
