use std::sync::atomic::{AtomicU64, Ordering};

use dcgan_gan::checkpoint;
use dcgan_run::{Control, Options, Outcome, RunError};

use super::{names, options, run};

/// Asks for things after certain steps, of which it counts those that it is asked about.
#[derive(Default)]
struct At {
    stop: Option<u64>,
    sample: Option<u64>,
    checkpoint: &'static [u64],
    /// Steps that this control did.
    done: AtomicU64,
}

impl Control for At {
    fn stop(&self) -> bool {
        self.stop == Some(self.done.load(Ordering::Relaxed))
    }

    fn sample_now(&self) -> bool {
        self.sample == Some(self.done.load(Ordering::Relaxed))
    }

    fn checkpoint_now(&self) -> bool {
        self.checkpoint.contains(&self.done.load(Ordering::Relaxed))
    }

    fn around_step(&self, step: &mut dyn FnMut()) {
        step();
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// Checkpoints in steps 2, 3, 5, 6, 8 and 9.
fn often(folder: &std::path::Path) -> Options {
    options(folder, 9).set("checkpoint_every", 1).set("keep", "last=2")
}

#[test]
fn a_session_that_is_stopped_saves_and_can_be_resumed() {
    let place = tempfile::tempdir().unwrap();
    let [stopped, straight] = ["stopped", "straight"].map(|name| place.path().join(name));
    let (outcome, recorder) = run(&often(&stopped), false, &At { stop: Some(4), ..At::default() });
    assert_eq!(outcome.unwrap(), Outcome::Interrupted);
    let last = recorder.rare();
    assert_eq!(last[last.len() - 2], "checkpoint 4 step_00000004_stopped.ckpt");
    assert_eq!(last[last.len() - 1], "interrupted 4/9 step_00000004_stopped.ckpt");
    let (outcome, recorder) = run(&often(&stopped), true, &());
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    assert_eq!(recorder.lines[0], "resumed 4 step_00000004_stopped.ckpt");
    run(&often(&straight), false, &()).0.unwrap();
    let checkpoints = |run: &std::path::Path| names(&run.join("checkpoints"));
    assert_eq!(checkpoints(&stopped), ["step_00000008.ckpt", "step_00000009.ckpt"]);
    let end = "checkpoints/step_00000009.ckpt";
    let [a, b] = [&stopped, &straight].map(|run| std::fs::read(run.join(end)).unwrap());
    assert!(a == b);
}

#[test]
fn a_session_that_is_stopped_before_its_first_step_saves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let (outcome, recorder) = run(&often(&folder), false, &At { stop: Some(0), ..At::default() });
    assert_eq!(outcome.unwrap(), Outcome::Interrupted);
    assert_eq!(recorder.lines.last().unwrap(), "interrupted 0/9 ");
    assert!(!folder.join("checkpoints").exists());
}

/// The request after step 5 is for a checkpoint that was just saved, and that after step 9 for the last one.
#[test]
fn samples_and_checkpoints_are_written_on_request_and_disturb_nothing() {
    let place = tempfile::tempdir().unwrap();
    let [asked, straight] = ["asked", "straight"].map(|name| place.path().join(name));
    let control = At { sample: Some(4), checkpoint: &[4, 5, 9], ..At::default() };
    let (outcome, recorder) = run(&often(&asked), false, &control);
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    let requested = "step_00000004_requested.ckpt";
    let at_4 = ["sample 2.7 step_00000004.png".to_owned(), format!("checkpoint 4 {requested}")];
    let rare = recorder.rare();
    let place_of_4 = rare.iter().position(|line| *line == at_4[0]).unwrap();
    assert_eq!(rare[place_of_4..][..2], at_4);
    let of_5 = rare.iter().filter(|line| **line == "checkpoint 5 step_00000005.ckpt").count();
    assert_eq!(of_5, 2, "{rare:?}");
    let of_9 = rare.iter().filter(|line| line.starts_with("checkpoint 9 ")).count();
    assert_eq!(of_9, 1, "{rare:?}");

    run(&often(&straight), false, &()).0.unwrap();
    let kept = ["step_00000008.ckpt", "step_00000009.ckpt"];
    assert_eq!(names(&straight.join("checkpoints")), kept);
    let mut with_request = names(&asked.join("checkpoints"));
    assert_eq!(with_request.remove(0), requested);
    assert_eq!(with_request, kept);
    for file in ["checkpoints/step_00000009.ckpt", "samples/epoch_0006.png"] {
        let [a, b] = [&asked, &straight].map(|run| std::fs::read(run.join(file)).unwrap());
        assert!(a == b, "{file}");
    }
    assert_eq!(
        names(&asked.join("samples")),
        ["epoch_0000.png", "epoch_0006.png", "step_00000004.png"]
    );

    // It is a checkpoint like others for those who resume from it.
    let copy = place.path().join("copy");
    std::fs::create_dir_all(copy.join("checkpoints")).unwrap();
    std::fs::copy(asked.join("config.toml"), copy.join("config.toml")).unwrap();
    let name = format!("checkpoints/{requested}");
    std::fs::copy(asked.join(&name), copy.join(&name)).unwrap();
    let options = Options { data: None, ..often(&copy) };
    let (outcome, recorder) = run(&options, true, &());
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    assert_eq!(recorder.lines[0], format!("resumed 4 {requested}"));
    let end = "checkpoints/step_00000009.ckpt";
    assert!(std::fs::read(copy.join(end)).unwrap() == std::fs::read(straight.join(end)).unwrap());
}

/// A control that does not do the step does not stop the run.
#[test]
fn a_step_is_taken_whatever_the_control_does() {
    struct Idle;
    impl Control for Idle {
        fn around_step(&self, _: &mut dyn FnMut()) {}
    }
    let place = tempfile::tempdir().unwrap();
    let (outcome, recorder) = run(&options(&place.path().join("run"), 2), false, &Idle);
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    assert!(recorder.lines.contains(&"step 2".to_owned()));
}

/// A NaN that a ReLU hides from the losses is found before a checkpoint, whoever asks for it.
#[test]
fn a_state_that_is_not_finite_is_not_saved_on_request_and_not_when_stopped() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let rare = |steps| options(&folder, steps);
    run(&rare(3), false, &()).0.unwrap();
    let path = folder.join("checkpoints/step_00000003.ckpt");
    let mut state = checkpoint::decode(&std::fs::read(&path).unwrap()).unwrap();
    // So large that the outputs overflow.
    let first = state.generator.theta.entries()[0].range.clone();
    state.generator.theta.as_mut_slice()[first].fill(3e38);
    std::fs::write(&path, checkpoint::encode(&state).unwrap()).unwrap();

    let control = At { checkpoint: &[1], stop: Some(2), ..At::default() };
    for (on_divergence, can_stop) in [("rollback", true), ("stop", false)] {
        let options = rare(9).set("on_divergence", on_divergence);
        control.done.store(0, Ordering::Relaxed);
        let (outcome, recorder) = run(&options, true, &control);
        let warning = recorder.lines.iter().find(|line| line.starts_with("warning ")).unwrap();
        assert!(warning.starts_with("warning step 4: main.0.weight in the generator"), "{warning}");
        assert!(warning.ends_with("; the checkpoint is not saved"), "{warning}");
        assert_eq!(names(&folder.join("checkpoints")), ["step_00000003.ckpt"]);
        match outcome {
            Ok(outcome) => assert!(can_stop && outcome == Outcome::Interrupted),
            Err(error) => {
                assert!(!can_stop && matches!(error, RunError::Diverged { .. }), "{error}");
            }
        }
        let stopped = recorder.lines.last().unwrap() == "interrupted 5/9 ";
        assert_eq!(stopped, can_stop, "{:?}", recorder.lines);
    }
}
