//! `dcgan log` and `train --tensorboard`: what a run has recorded, for other programs.

use std::collections::BTreeMap;
use std::fs;

use dcgan_tensorboard::{Event, Kind, Values, record};
use serde_json::Value;

use crate::watch::{HUGE, ROLLBACK, plant, run_of_twelve};
use crate::{Outcome, Place, size};

/// A run of four epochs of two steps, evaluated, measured and sampled after each.
const RECORDED: [&str; 12] = [
    "--epochs",
    "4",
    "--log-every",
    "1",
    "--sample-every",
    "1",
    "--checkpoint-every",
    "1",
    "--evaluate-every",
    "2",
    "--keep",
    "last=9,best=1",
];

fn train(place: &Place, more: &[&str]) -> Outcome {
    place.train(&[&["--out", "runs/flowers"], &RECORDED[..], more].concat())
}

/// The names of the event files of a run that have events, of which there is one.
#[track_caller]
fn file(place: &Place, run: &str) -> String {
    let folder = format!("tb/{run}");
    let mut names = place.list(&folder);
    names.retain(|name| !place.bytes(&format!("{folder}/{name}")).is_empty());
    assert_eq!(names.len(), 1, "{names:?}");
    format!("{folder}/{}", names[0])
}

/// The events of the run, without those at the head of the file.
#[track_caller]
fn events(place: &Place) -> Vec<Event> {
    let mut events = record::decode(&place.bytes(&file(place, "flowers"))).unwrap();
    let rest = events.split_off(2);
    assert_eq!(events[0].what, Some(Kind::FileVersion("brain.Event:2".to_owned())));
    assert!(matches!(&events[1].what, Some(Kind::SessionLog(log)) if log.status == 1));
    rest
}

/// The steps of each tag, in the order of the file.
fn steps(events: &[Event]) -> BTreeMap<String, Vec<i64>> {
    let mut steps: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for event in events {
        let Some(Kind::Summary(summary)) = &event.what else { panic!("{event:?}") };
        for value in &summary.value {
            steps.entry(value.tag.clone()).or_default().push(event.step);
        }
    }
    steps
}

/// The numbers of a tag.
fn numbers(events: &[Event], tag: &str) -> Vec<f32> {
    let summaries = events.iter().filter_map(|event| match &event.what {
        Some(Kind::Summary(summary)) => Some(&summary.value),
        _ => None,
    });
    let values = summaries.flatten().filter(|value| value.tag == tag);
    values
        .map(|value| match value.value {
            Some(Values::Simple(number)) => number,
            _ => panic!("{value:?} is no number"),
        })
        .collect()
}

/// The steps, numbers and images, without the times.
fn timeless(events: Vec<Event>) -> Vec<Event> {
    let is_timeless =
        |tag: &str| !["images_per_second", "ms_per_step"].iter().any(|t| tag.ends_with(t));
    let mut events = events;
    for event in &mut events {
        event.wall_time = 0.0;
        if let Some(Kind::Summary(summary)) = &mut event.what {
            summary.value.retain(|value| is_timeless(&value.tag));
        }
    }
    // A grid is written after the numbers of its step, and read before or after those of an evaluation.
    events.sort_by_key(|event| (event.step, format!("{:?}", event.what).len()));
    events
}

#[test]
fn events_have_the_numbers_and_grids_of_the_run() {
    let place = Place::with_cats(8);
    train(&place, &[]).succeeded();
    let outcome = place.dcgan(&["log", "runs/flowers", "--tensorboard", "tb"]).succeeded();
    let events = events(&place);
    outcome.prints(&[&format!("{} events in tb/flowers/events.out.tfevents.", events.len())]);
    let steps = steps(&events);
    assert_eq!(steps["loss/generator"], [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(steps["quality/swd"], [2, 4, 6, 8]);
    assert_eq!(steps["evaluation/contrast_ratio"], [4, 8]);
    assert_eq!(steps["evaluation/contrast_ratio_floor"], [4, 8]);
    assert_eq!(steps["samples"], [0, 2, 4, 6, 8]);
    assert!(
        events.is_sorted_by_key(|event| event.step)
            && events.is_sorted_by(|a, b| a.wall_time <= b.wall_time)
    );

    let log = place.text("runs/flowers/log.jsonl");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (tag, name) in [
        ("loss/generator", "loss_g"),
        ("loss/discriminator_real", "loss_d_real"),
        ("loss/discriminator_generated", "loss_d_fake"),
        ("discriminator/real", "d_x"),
        ("discriminator/generated", "d_g_z"),
        ("gradient_norm/discriminator", "grad_norm_d"),
    ] {
        let logged: Vec<f32> =
            lines.iter().map(|line| line[name].as_f64().unwrap() as f32).collect();
        assert_eq!(numbers(&events, tag), logged, "{tag}");
    }
    let both = lines.iter().map(|line| {
        line["loss_d_real"].as_f64().unwrap() as f32 + line["loss_d_fake"].as_f64().unwrap() as f32
    });
    assert_eq!(numbers(&events, "loss/discriminator"), both.collect::<Vec<_>>());

    let images = events.iter().filter_map(|event| match &event.what {
        Some(Kind::Summary(summary)) => match &summary.value[0].value {
            Some(Values::Image(image)) => Some(image),
            _ => None,
        },
        _ => None,
    });
    let (width, height) = size(&place.path("runs/flowers/samples/epoch_0000.png"));
    for (i, image) in images.enumerate() {
        assert_eq!((image.width as u32, image.height as u32, image.colorspace), (width, height, 3));
        let file = place.bytes(&format!("runs/flowers/samples/epoch_{i:04}.png"));
        assert!(image.encoded_image_string == file, "{i}");
    }
}

/// Whether written while the run trained or afterwards.
#[test]
fn a_run_that_was_watched_has_the_events_of_one_that_was_converted() {
    let place = Place::with_cats(8);
    train(&place, &["--tensorboard", "tb"]).succeeded();
    let watched = timeless(events(&place));
    let old = file(&place, "flowers");
    place.dcgan(&["log", "runs/flowers", "--tensorboard", "tb"]).succeeded();
    assert_eq!(timeless(events(&place)), watched);
    assert!(
        file(&place, "flowers") > old,
        "a TensorBoard that is open reads on in the file with the larger name"
    );
}

/// A killed run is at a later step than its checkpoint. Nothing is lost or doubled.
#[test]
fn a_resumed_run_continues_its_events() {
    let place = Place::with_cats(8);
    train(&place, &["--tensorboard", "tb"]).succeeded();
    let whole = timeless(events(&place));
    // As if it had been killed after step 7: its newest checkpoint is that of step 6.
    for file in ["checkpoints/step_00000008.ckpt", "samples/epoch_0004.png"] {
        fs::remove_file(place.path("runs/flowers").join(file)).unwrap();
    }
    let log = place.text("runs/flowers/log.jsonl");
    let lines: Vec<&str> = log.lines().collect();
    fs::write(place.path("runs/flowers/log.jsonl"), lines[..7].join("\n") + "\n").unwrap();
    place.dcgan(&["train", "--resume", "runs/flowers", "--tensorboard", "tb"]).succeeded();
    assert_eq!(timeless(events(&place)), whole);
    // Also without events from the first session, and when nothing is left to train.
    fs::remove_dir_all(place.path("tb")).unwrap();
    place.dcgan(&["train", "--resume", "runs/flowers", "--tensorboard", "tb"]).succeeded();
    assert_eq!(timeless(events(&place)), whole);
}

/// What was abandoned is shown no more.
#[test]
fn a_rollback_takes_events_back() {
    let place = Place::with_cats(6);
    run_of_twelve(&place, "runs/flowers");
    plant(&place, "runs/flowers", &[11, 12], HUGE);
    let resume = ["train", "--resume", "runs/flowers", "--steps", "18", "--tensorboard", "tb"];
    let outcome = place.dcgan(&[&resume[..], &["--log-every", "1"], ROLLBACK].concat()).succeeded();
    assert!(outcome.err.contains("; rolling back to step 9 "), "{}", outcome.err);
    let (events, log) = (events(&place), place.text("runs/flowers/log.jsonl"));
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let logged: Vec<i64> = lines.iter().map(|line| line["step"].as_i64().unwrap()).collect();
    assert_eq!(steps(&events)["loss/generator"], logged);
    assert!(steps(&events)["samples"].is_sorted_by(|a, b| a < b));
    let losses: Vec<f32> = lines.iter().map(|l| l["loss_g"].as_f64().unwrap() as f32).collect();
    assert_eq!(numbers(&events, "loss/generator"), losses);
}

/// Someone removes the folder, and the run goes on; at its end nothing is missing.
#[cfg(unix)]
#[test]
fn events_that_are_removed_are_written_again() {
    let place = Place::with_cats(6);
    let mut running = crate::running::Running::training(&place, &["--tensorboard", "tb"]);
    let is_there = || place.path("tb/run").exists();
    running.wait_for("events", is_there);
    // It fails if the run adds a file at that moment.
    running.wait_for("the removal", || fs::remove_dir_all(place.path("tb")).is_ok());
    running.wait_for("events again", is_there);
    let outcome = running.interrupt().ended(130);
    assert_eq!(
        outcome.err.matches("training continues and will try again").count(),
        1,
        "{outcome:?}"
    );
    let events = record::decode(&place.bytes(&file(&place, "run"))).unwrap();
    let logged = place.lines("run/log.jsonl") as i64;
    assert_eq!(steps(&events[2..])["loss/generator"], (1..=logged).collect::<Vec<_>>());
}

#[test]
fn a_table_has_a_row_for_each_step() {
    let place = Place::with_cats(8);
    train(&place, &[]).succeeded();
    let outcome = place.dcgan(&["log", "runs/flowers", "--csv"]).succeeded();
    let rows: Vec<Vec<&str>> = outcome.out.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0][..5], ["step", "epoch", "loss_g", "loss_d_real", "loss_d_fake"]);
    assert_eq!(rows.len(), 9);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let column = |name: &str| {
        rows[0]
            .iter()
            .position(|own| *own == name)
            .unwrap_or_else(|| panic!("{name}: {:?}", rows[0]))
    };
    let log = place.text("runs/flowers/log.jsonl");
    for (row, line) in rows[1..].iter().zip(log.lines()) {
        let line: Value = serde_json::from_str(line).unwrap();
        for name in
            ["step", "epoch", "loss_g", "loss_d_fake", "d_g_z", "grad_norm_d", "ms_per_step"]
        {
            assert_eq!(
                row[column(name)].parse::<f64>().unwrap(),
                line[name].as_f64().unwrap(),
                "{name}"
            );
        }
    }
    let filled =
        |name: &str| (1..9).filter(|&i| !rows[i][column(name)].is_empty()).collect::<Vec<_>>();
    assert_eq!(filled("swd"), [2, 4, 6, 8]);
    assert_eq!(filled("contrast_ratio_floor"), [4, 8]);

    let write = |more: &[&str]| {
        place.dcgan(&[&["log", "runs/flowers", "--csv", "--out", "x.csv"], more].concat())
    };
    write(&[]).succeeded().prints(&["8 rows in x.csv"]);
    assert_eq!(place.text("x.csv"), outcome.out);
    write(&[]).refused(2, &["--out is x.csv", "--force"]);
    write(&["--force"]).succeeded();
}

#[test]
fn what_cannot_be_written_is_refused() {
    let place = Place::with_run();
    place.dcgan(&["log", "run"]).refused(2, &["--csv", "--tensorboard DIR"]);
    place.dcgan(&["log", "cats", "--csv"]).refused(2, &["cats is not the folder of a run"]);
    place.dcgan(&["log", "run", "--out", "x.csv"]).refused(2, &["--csv"]);
    place.dcgan(&["log", "run", "--csv", "--out", "x.txt"]).refused(2, &["--out is x.txt", ".csv"]);
    let board = |folder| place.dcgan(&["log", "run", "--tensorboard", folder]);
    board("a/b").refused(2, &["--tensorboard is a/b", "there is no folder a"]);
    board("cats/0.png").refused(2, &["--tensorboard is cats/0.png", "not a folder"]);
    place
        .train(&["--out", "other", "--steps", "1", "--tensorboard", "a/b"])
        .refused(2, &["--tensorboard is a/b"]);
    assert!(!place.path("other").exists());
}
