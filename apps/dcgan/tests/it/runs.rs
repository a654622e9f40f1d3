//! `dcgan runs`: all runs at a glance.

use std::fs::{self, File};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use crate::Place;

/// Sets the time at which a run was last written to.
fn date(place: &Place, run: &str, seconds: u64) {
    for file in ["config.toml", "log.jsonl", "checkpoints"] {
        let Ok(file) = File::open(place.path(run).join(file)) else { continue };
        file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    }
}

/// A complete run, one that was stopped, and one that is damaged, with every file of a run.
fn three_runs() -> Place {
    let place = Place::with_cats(6);
    let measured = ["--keep", "best=1"];
    place.train(&[&["--out", "runs/whole", "--epochs", "2"], &measured[..]].concat()).succeeded();
    for name in ["part", "broken"] {
        place.train(&["--out", &format!("runs/{name}"), "--steps", "2"]).succeeded();
    }
    let config = place.text("runs/part/config.toml").replace("\nsteps = 2\n", "\nsteps = 1000\n");
    fs::write(place.path("runs/part/config.toml"), config).unwrap();
    fs::write(place.path("runs/broken/config.toml"), "nonsense").unwrap();
    fs::create_dir(place.path("runs/other")).unwrap();
    place
}

#[test]
fn runs_are_listed_with_what_matters() {
    let place = three_runs();
    for (run, seconds) in [("runs/whole", 2), ("runs/part", 3), ("runs/broken", 1)] {
        date(&place, run, seconds);
    }
    let outcome = place.dcgan(&["runs"]).succeeded();
    let rows: Vec<Vec<&str>> =
        outcome.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["run", "steps", "state", "SWD", "samples"]);
    assert_eq!(rows[1], ["runs/part", "2/1,000", "stopped", "-", "samples/epoch_0001.png"]);
    // Two epochs of six images, four in a step.
    assert_eq!(rows[2][..3], ["runs/whole", "3/3", "complete"]);
    assert!(rows[2][3].parse::<f64>().is_ok(), "{rows:?}");
    assert_eq!(rows[3][..3], ["runs/broken", "0/?", "damaged"]);
    assert_eq!(rows.len(), 4);
    assert!(outcome.err.starts_with("warning: runs/broken: runs/broken/config.toml is invalid"));

    let json = place.dcgan(&["runs", "runs", "--json"]).succeeded().out;
    let runs: Vec<Value> = serde_json::from_str(&json).unwrap();
    let states: Vec<_> = runs.iter().map(|run| run["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["stopped", "complete", "damaged"]);
    assert_eq!((&runs[0]["step"], &runs[0]["total"]), (&2.into(), &1000.into()));
    assert_eq!(runs[0]["changed"], 3);
    assert_eq!(runs[1]["best_step"], 3);
    assert!(runs[1]["swd"].is_f64() && runs[0]["swd"].is_null());
    assert!(runs[2]["problem"].as_str().unwrap().contains("config.toml"));

    let info = place.dcgan(&["info", "runs"]);
    info.refused(1, &["runs is not a run but a folder with 3 runs", " runs runs"]);
    let one = place.dcgan(&["runs", "runs/part"]).succeeded();
    assert_eq!(one.out.lines().count(), 2, "{}", one.out);
}

#[test]
fn a_folder_without_runs_says_how_to_start_one() {
    let place = Place::with_cats(1);
    place.dcgan(&["runs", "cats"]).refused(1, &["no run in cats", " train --out cats/NAME"]);
    place.dcgan(&["runs"]).refused(1, &["there is no folder runs", " train --out runs/NAME"]);
    assert_eq!(place.dcgan(&["runs", "--json"]).succeeded().out, "[]\n");
}

#[test]
fn a_run_that_is_trained_is_running_and_continues() {
    let place = Place::with_cats(6);
    let running = crate::running::Running::training(&place, &[]);
    let json = place.dcgan(&["runs", ".", "--json"]).succeeded().out;
    let runs: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!((runs.len(), &runs[0]["state"]), (1, &"running".into()));
    assert!(runs[0]["step"].as_u64().unwrap() > 0, "as in its log: {json}");
    assert_eq!(running.interrupt().code, Some(130));
    let outcome = place.dcgan(&["runs", "."]).succeeded();
    outcome.prints(&["/100,000  stopped "]);
}
