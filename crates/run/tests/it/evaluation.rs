//! The generator is evaluated while it trains, and that changes nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use dcgan_data::{Shape, Source};
use dcgan_gan::{Generator, State, checkpoint};
use dcgan_run::evaluation::{
    FeatureSets, FeatureSpace, Reals, feature_figures, generate, level_figures,
};
use dcgan_run::journal::Evaluation;
use dcgan_run::{Control, Event, Observer, Options, Outcome, Session};

use super::{PROGRAM, options};

mod trouble;

const FILES: [&str; 2] = ["evaluations.jsonl", "quality.png"];

const END: &str = "checkpoints/step_00000010.ckpt";

/// Fourteen images, four in a step: an epoch ends in steps 4, 7 and 11. Checkpoints are saved in steps 7 and 10.
fn evaluated(folder: &Path) -> Options {
    let cats = folder.with_extension("cats");
    if !cats.exists() {
        fs::create_dir_all(&cats).unwrap();
        for i in 0..14 {
            dcgan_data::cat(1, i, 16, true).save(cats.join(format!("{i}.png"))).unwrap();
        }
    }
    // In grey, which takes a small part of the time.
    options(folder, 10).set("channels", 1).set("checkpoint_every", 2).set("evaluate_every", 1)
}

/// Calls a function for each event.
struct Each<F>(F);

impl<F: FnMut(&Event<'_>) + Send + Sync> Observer for Each<F> {
    fn event(&mut self, event: &Event<'_>) {
        (self.0)(event);
    }
}

#[track_caller]
fn train(
    options: &Options,
    resume: bool,
    control: &dyn Control,
    event: impl FnMut(&Event<'_>) + Send + Sync,
) -> Outcome {
    let mut observer = Each(event);
    let start = if resume { Session::resume } else { Session::new };
    start(options, PROGRAM, &mut observer).and_then(|session| session.run(control)).unwrap()
}

fn finish(options: &Options, resume: bool) {
    assert_eq!(train(options, resume, &(), |_| ()), Outcome::Finished);
}

fn read(run: &Path) -> Vec<Evaluation> {
    let text = fs::read_to_string(run.join(FILES[0])).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn steps(run: &Path) -> Vec<u64> {
    read(run).iter().map(|evaluation| evaluation.step).collect()
}

fn state(run: &Path) -> State {
    checkpoint::decode(&fs::read(run.join(END)).unwrap()).unwrap()
}

/// The folder `run` in a folder of its own: a plot has the name of its run.
fn place_of(place: &tempfile::TempDir, name: &str) -> PathBuf {
    place.path().join(name).join("run")
}

#[track_caller]
fn assert_same(run: &Path, straight: &Path) {
    for file in FILES.into_iter().chain([END]) {
        let [a, b] = [run, straight].map(|folder| fs::read(folder.join(file)).unwrap());
        assert!(a == b, "{file} differs");
    }
}

#[test]
fn a_run_is_evaluated_after_epochs_and_at_its_end() {
    let place = tempfile::tempdir().unwrap();
    let folder = place_of(&place, "a");
    let mut seen = Vec::new();
    train(&evaluated(&folder), false, &(), |event| {
        if let Event::Evaluation(evaluation) = event {
            seen.push((*evaluation).clone());
        }
    });
    assert_eq!(steps(&folder), [4, 7, 10]);
    assert_eq!(seen, read(&folder));
    assert!(seen.iter().all(|evaluation| evaluation.images == 7), "half of the real ones");
    assert_eq!(seen[2].epoch, 40.0 / 14.0);
    let plot = image::open(folder.join(FILES[1])).unwrap();
    assert_eq!((plot.width(), plot.height()), (1200, 800));

    // Continued, and then no more.
    finish(&evaluated(&folder).set("steps", 11), true);
    assert_eq!(steps(&folder), [4, 7, 10, 11]);
    finish(&evaluated(&folder).set("steps", 15).set("evaluate_every", 0), true);
    assert_eq!(steps(&folder), [4, 7, 10, 11]);
}

#[test]
fn the_figures_are_those_of_the_evaluation_of_the_same_state() {
    let place = tempfile::tempdir().unwrap();
    let folder = place_of(&place, "a");
    finish(&evaluated(&folder), false);
    let shape = Shape { side: 16, channels: 1 };
    let source = Source::at(&folder.with_extension("cats")).unwrap();
    let reals = Reals::read(&source, shape, 2000, &|_, _| ()).unwrap();
    let generated = generate(&mut Generator::new(&state(&folder)), reals.half());
    let space = FeatureSpace::PrincipalComponents;
    let sets = FeatureSets::of(&space, shape, reals.bytes(), &generated).unwrap();
    let figures = feature_figures(&sets, 5).into_iter();
    let figures = figures.chain(level_figures(shape, reals.bytes(), &generated));
    let expected: BTreeMap<_, _> =
        figures.filter_map(|figure| Some((figure.name, figure.found.ok()?))).collect();
    for name in ["frechet", "coverage", "colour_error", "contrast_ratio"] {
        assert!(expected.contains_key(name), "{name}");
    }
    assert_eq!(read(&folder).last().unwrap().figures, expected);
}

#[test]
fn without_the_setting_there_are_no_files_and_the_training_is_the_same() {
    let place = tempfile::tempdir().unwrap();
    let [with, without] = ["with", "without"].map(|name| place_of(&place, name));
    finish(&evaluated(&with), false);
    finish(&evaluated(&without).set("evaluate_every", 0), false);
    for file in FILES {
        assert_eq!([&with, &without].map(|run| run.join(file).exists()), [true, false], "{file}");
    }
    let [a, b] = [&with, &without].map(|run| fs::read(run.join(END)).unwrap());
    assert!(a == b, "the training differs");
}

/// A panic leaves the files as a kill does.
#[test]
fn a_run_that_was_killed_or_stopped_has_the_same_evaluations() {
    let place = tempfile::tempdir().unwrap();
    let straight = place_of(&place, "straight");
    finish(&evaluated(&straight), false);
    type Moment = fn(&Event<'_>) -> bool;
    let moments: [(&str, Moment, &[u64]); 5] = [
        ("before a checkpoint", |e| matches!(e, Event::Step(r) if r.step == 6), &[4]),
        ("before a record", |e| matches!(e, Event::Evaluation(r) if r.step == 7), &[4]),
        ("after a checkpoint", |e| matches!(e, Event::Checkpoint { step: 7, .. }), &[4, 7]),
        ("after a step", |e| matches!(e, Event::Step(r) if r.step == 9), &[4, 7]),
        ("at the end", |e| matches!(e, Event::Checkpoint { step: 10, .. }), &[4, 7, 10]),
    ];
    for (name, moment, recorded) in moments {
        let killed = place_of(&place, name);
        let options = evaluated(&killed);
        let session = std::thread::spawn(move || {
            train(&options, false, &(), |event| assert!(!moment(event), "killed on purpose"))
        });
        session.join().unwrap_err();
        assert_eq!(steps(&killed), recorded, "{name}");
        finish(&evaluated(&killed), true);
        assert_same(&killed, &straight);
    }

    let stopped = place_of(&place, "stopped");
    let (mut resume, mut stops) = (false, 0);
    while train(&evaluated(&stopped), resume, &AfterAStep::default(), |_| ())
        == Outcome::Interrupted
    {
        (resume, stops) = (true, stops + 1);
    }
    assert_eq!(stops, 9);
    assert_same(&stopped, &straight);
}

/// Stops a run after one step.
#[derive(Default)]
struct AfterAStep(AtomicBool);

impl Control for AfterAStep {
    fn stop(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn around_step(&self, step: &mut dyn FnMut()) {
        step();
        self.0.store(true, Ordering::Relaxed);
    }
}
