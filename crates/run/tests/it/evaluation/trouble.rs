//! What an evaluation must not do to a run, and a run not to its evaluations.

use std::fs;
use std::time::Duration;

use dcgan_gan::checkpoint;
use dcgan_run::{Event, Outcome, Session};

use super::{END, Each, FILES, PROGRAM, evaluated, finish, place_of, state, steps, train};

/// What cannot be written is reported, and written later if that is possible.
#[test]
fn no_evaluation_ends_a_run() {
    let place = tempfile::tempdir().unwrap();
    let folder = place_of(&place, "a");
    let [records, plot] = FILES.map(|file| folder.join(file));
    let mut trouble = Vec::new();
    let outcome = train(&evaluated(&folder), false, &(), |event| match event {
        Event::Step(record) if record.step == 2 => {
            fs::create_dir(&records).unwrap();
            fs::create_dir(&plot).unwrap();
        }
        Event::Step(record) if record.step == 6 => fs::remove_dir(&records).unwrap(),
        Event::DiskTrouble(text) => trouble.push((*text).to_owned()),
        _ => {}
    });
    assert_eq!(outcome, Outcome::Finished);
    assert_eq!(steps(&folder), [4, 7, 10]);
    let about = FILES.map(|file| trouble.iter().any(|text| text.contains(file)));
    assert_eq!(about, [true; 2], "{trouble:?}");
}

/// Learning rates with which training diverges sooner or later, so that one of them does after an evaluation.
#[test]
fn a_rollback_abandons_the_evaluations_after_it() {
    let place = tempfile::tempdir().unwrap();
    let mut abandoned = 0;
    for lr in [5e7, 1e8, 2e8, 3e8, 5e8] {
        let folder = place_of(&place, &lr.to_string());
        let wild = evaluated(&folder).set("checkpoint_every", 9).set("lr", lr);
        let wild = wild.set("on_divergence", "rollback");
        let (mut evaluations, mut rolled_back) = (0, false);
        let mut observer = Each(|event: &Event<'_>| match event {
            Event::Evaluation(_) => evaluations += 1,
            Event::RolledBack { to: 0, .. } => rolled_back = true,
            Event::Step(record) if record.step == 1 && rolled_back => {
                assert!(!folder.join(FILES[0]).exists());
                abandoned += evaluations;
            }
            _ => {}
        });
        // It diverges each time, or ends.
        let _ = Session::new(&wild, PROGRAM, &mut observer).unwrap().run(&());
    }
    assert!(abandoned > 0);
}

/// Weights that overflow: the losses do not show it, and the images would be black.
#[test]
fn a_state_that_is_not_finite_is_not_evaluated() {
    let place = tempfile::tempdir().unwrap();
    let folder = place_of(&place, "a");
    finish(&evaluated(&folder), false);
    let mut state = state(&folder);
    let first = state.generator.theta.entries()[0].range.clone();
    state.generator.theta.as_mut_slice()[first].fill(3e38);
    fs::write(folder.join(END), checkpoint::encode(&state).unwrap()).unwrap();
    let mut taken = 0;
    let mut observer = Each(|event: &Event<'_>| match event {
        Event::Step(record) => taken = record.step,
        Event::Evaluation(_) => panic!("evaluated"),
        _ => {}
    });
    let more = evaluated(&folder).set("steps", 12).set("checkpoint_every", 9);
    let session = Session::resume(&more, PROGRAM, &mut observer).unwrap();
    session.run(&()).unwrap_err();
    assert_eq!((taken, steps(&folder)), (11, vec![4, 7, 10]));
}

#[test]
fn too_few_images_are_reported_and_not_evaluated() {
    let place = tempfile::tempdir().unwrap();
    let folder = place_of(&place, "a");
    let all = evaluated(&folder);
    let cats = folder.with_extension("cats");
    (3..14).for_each(|i| fs::remove_file(cats.join(format!("{i}.png"))).unwrap());
    let mut warnings = Vec::new();
    train(&all, false, &(), |event| {
        if let Event::Warning(text) = event {
            warnings.push((*text).to_owned());
        }
    });
    let expected = "an evaluation needs at least 4 images, and there are 3";
    assert!(warnings.iter().any(|text| text.ends_with(expected)), "{warnings:?}");
    assert!(FILES.iter().all(|file| !folder.join(file).exists()));
}

/// If the speed included the evaluation, the steps would take longer than the whole run without it.
#[test]
#[expect(clippy::disallowed_methods, reason = "the speed is measured by the same clock")]
fn the_speed_does_not_include_evaluations() {
    const PAUSE: Duration = Duration::from_millis(500);
    let place = tempfile::tempdir().unwrap();
    let all = evaluated(&place_of(&place, "a")).set("log_every", 1);
    let (mut steps, start) = (0.0, std::time::Instant::now());
    train(&all, false, &(), |event| match event {
        Event::Step(record) => steps += record.ms_per_step,
        Event::Evaluation(evaluation) if evaluation.step == 4 => std::thread::sleep(PAUSE),
        _ => {}
    });
    let all = start.elapsed().as_secs_f64() * 1e3;
    assert!(steps + PAUSE.as_secs_f64() * 1e3 <= all, "{steps} ms of {all} ms");
}
