//! A run that is evaluated while it trains.

use serde_json::Value;

use crate::Place;

/// As many cats as have neighbours.
const CATS: u64 = 14;

const EVALUATED: &[&str] = &["--out", "run", "--epochs", "2", "--evaluate-every", "1"];

#[test]
fn a_run_prints_records_and_plots_what_evaluate_finds() {
    let place = Place::with_cats(CATS);
    let outcome = place.train(EVALUATED).succeeded();
    for epoch in ["epoch 1: Fréchet ", "epoch 2: Fréchet "] {
        let line = outcome.out.lines().find(|line| line.starts_with(epoch));
        let line = line.unwrap_or_else(|| panic!("{outcome:#?}"));
        for item in [" (floor ", ", coverage ", ", colour error ", ", contrast "] {
            assert!(line.contains(item), "{line}");
        }
    }
    let records = place.text("run/evaluations.jsonl");
    let records: Vec<Value> =
        records.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let steps: Vec<_> = records.iter().map(|record| record["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [4, 7]);

    // The last is that of the last checkpoint.
    let found = place.dcgan(&["evaluate", "run", "--json"]).succeeded();
    let found: Value = serde_json::from_str(&found.out).unwrap();
    let figures = records[1]["figures"].as_object().unwrap();
    assert_eq!((figures.len(), &records[1]["images"]), (10, &Value::from(7)));
    for (name, figure) in figures {
        for part in ["value", "floor"] {
            assert_eq!(figure[part], found["figures"][name][part], "{name}");
        }
    }
    place
        .dcgan(&["info", "run/quality.png"])
        .succeeded()
        .prints(&["run/quality.png: the quality curves of a run", "made by        dcgan "]);
    let replace = ["generate", "run", "--seeds", "0", "--out", "run/quality.png"];
    place.dcgan(&replace).refused(2, &["run/quality.png"]);
}
