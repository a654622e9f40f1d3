//! The checkpoints with the best samples are kept.

use std::fs;

use crate::Place;
use crate::running::Running;

const KEEP: &[&str] = &["--keep", "last=1,best=2", "--checkpoint-every", "1"];

const METRICS: &str = "metrics.jsonl";

/// The steps and distances that a run has measured.
fn measured(place: &Place, run: &str) -> Vec<(u64, f64)> {
    let of_line = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["floor"].as_f64().unwrap() > 0.0, "{line}");
        assert_eq!(line["swd_levels"][0][0], 16);
        assert_eq!(line["pictures"], 4);
        (line["step"].as_u64().unwrap(), line["swd"].as_f64().unwrap())
    };
    place.text(&format!("{run}/{METRICS}")).lines().map(of_line).collect()
}

/// Two runs have left the same files, byte for byte.
#[track_caller]
fn assert_same(place: &Place, a: &str, b: &str) {
    let [names, others] = [a, b].map(|run| place.list(&format!("{run}/checkpoints")));
    assert_eq!(names, others);
    let files = names.iter().map(|name| format!("checkpoints/{name}"));
    for file in files.chain([METRICS.to_owned()]) {
        let [a, b] = [a, b].map(|run| place.bytes(&format!("{run}/{file}")));
        assert!(a == b, "{file} differs");
    }
}

#[test]
fn the_last_and_the_best_are_kept_and_info_shows_them() {
    let place = Place::with_cats(9);
    let outcome = place.train(&[&["--out", "run", "--steps", "20"], KEEP].concat()).succeeded();
    outcome.prints(&[": SWD ", " (real vs. real "]);
    // An epoch ends in each third, fifth, seventh, ninth step, and so on; the last counts too.
    let mut all = measured(&place, "run");
    let steps: Vec<u64> = all.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, [3, 5, 7, 9, 12, 14, 16, 18, 20]);
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut kept = vec![20, all[0].0, all[1].0];
    kept.sort_unstable();
    kept.dedup();
    let names: Vec<_> = kept.iter().map(|step| format!("step_{step:08}.ckpt")).collect();
    assert_eq!(place.list("run/checkpoints"), names);
    place.dcgan(&["info", "run"]).succeeded().prints(&[
        "quality        SWD ",
        "at step 20; real vs. real ",
        &format!("at step {}: run/checkpoints/step_{:08}.ckpt", all[0].0, all[0].0),
    ]);
    // The measurement affects nothing else, and is the same with any number of threads.
    place.train(&["--out", "plain", "--steps", "20"]).succeeded();
    assert!(!place.path("plain").join(METRICS).exists());
    let end = "checkpoints/step_00000020.ckpt";
    assert!(place.bytes(&format!("plain/{end}")) == place.bytes(&format!("run/{end}")));
    let threads = ["--out", "threads", "--steps", "20", "--threads", "3"];
    place.train(&[&threads, KEEP].concat()).succeeded();
    assert_same(&place, "threads", "run");
}

/// Stopped by a kill, or by Ctrl-C in the middle of an epoch.
#[test]
fn a_run_that_was_stopped_keeps_the_same_files() {
    for kills in [true, false] {
        let place = Place::with_cats(9);
        for _ in 0..3 {
            let mut running = Running::start(&place, KEEP);
            let seen = place.lines(&format!("run/{METRICS}"));
            running.wait_for("measurements", || {
                let now = place.lines(&format!("run/{METRICS}"));
                now >= seen + 3 || now + 3 < seen
            });
            if kills {
                running.kill();
            } else {
                running.interrupt().ended(130);
            }
        }
        let steps = (place.lines("run/log.jsonl") + 4).to_string();
        let flags = ["--steps", &steps];
        place
            .dcgan(&[&["train", "--out", "run", "--resume"], &flags[..], KEEP].concat())
            .succeeded();
        place.train(&[&["--out", "straight"], &flags[..], KEEP].concat()).succeeded();
        assert_same(&place, "run", "straight");
    }
}

/// The training must not be lost.
#[test]
fn what_cannot_be_measured_is_saved_nevertheless() {
    let place = Place::with_cats(9);
    let metrics = place.path("run").join(METRICS);
    let mut running = Running::training(&place, KEEP);
    running.wait_for("a checkpoint", || place.path("run/checkpoints").exists());
    while fs::create_dir(&metrics).is_err() {
        let _ = fs::remove_file(&metrics);
    }
    let newest = place.list("run/checkpoints");
    running.wait_for("a warning", || place.text("err").contains("cannot write run/metrics.jsonl"));
    running.wait_for("a new checkpoint", || place.list("run/checkpoints") != newest);
    running.kill();
    // A run does not resume with what it cannot read.
    let more = ["train", "--out", "run", "--resume"];
    place.dcgan(&more).refused(1, &["cannot read run/metrics.jsonl"]);
}
