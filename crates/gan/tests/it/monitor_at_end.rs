//! What the monitor says where a run ends, and about images of another colour.

use dcgan_gan::monitor::{Alert, Symptom};
use dcgan_gan::{Config, State, Trainer, checkpoint};

use crate::monitor::{CONFIG, fill_real, steps, zero};

/// At such a rate the generator does not follow.
#[test]
fn images_of_another_brightness_are_reported_until_they_are_like_the_real_ones() {
    let config = Config { lr: 1e-9, ..CONFIG };
    let mut trainer = Trainer::resume(State { step: 1500, ..State::new(config).unwrap() });
    let mut run = |steps: u64, brightness: f32| {
        let mut events = Vec::new();
        for _ in 0..steps {
            fill_real(&mut trainer);
            trainer.real().iter_mut().for_each(|v| *v = *v / 4.0 + brightness);
            trainer.step();
            let shift = |e: &Alert| e.symptom == Symptom::ColourShift;
            events.extend(trainer.monitor().into_iter().filter(shift));
        }
        let mut unresolved = trainer.monitor_at_end().into_iter();
        (events, unresolved.any(|e| e.symptom == Symptom::ColourShift))
    };
    let (events, unresolved) = run(400, 0.7);
    assert_eq!(events, [], "it takes five reports");
    assert!(unresolved, "but a run that ends here has it");
    let (events, unresolved) = run(100, 0.7);
    let [Alert { starts: true, steps: 500, mean, .. }] = events[..] else { panic!("{events:?}") };
    assert!((mean - 0.7).abs() < 0.1 && unresolved, "{mean}");
    let (events, _) = run(100, 0.0);
    assert_eq!(events, []);
    let (events, unresolved) = run(100, 0.0);
    let [Alert { starts: false, steps: 200, .. }] = events[..] else { panic!("{events:?}") };
    assert!(!unresolved);
}

/// The runs that the monitor knows to be healthy, and one whose generator no longer depends on its latents, each
/// ended at some step.
#[test]
fn a_run_that_ends_with_identical_samples_is_told_so_from_a_hundred_steps_on() {
    let symptoms = |trainer: &mut Trainer| -> Vec<Symptom> {
        trainer.monitor_at_end().into_iter().map(|alert| alert.symptom).collect()
    };
    let mut trainer = Trainer::new(CONFIG).unwrap();
    steps(&mut trainer, 20);
    let mut state = trainer.state().clone();
    zero(&mut state.generator, "main.1.");
    let mut trainer = Trainer::resume(state);
    for (more, collapsed) in [(79, false), (1, true), (1, true), (134, true)] {
        steps(&mut trainer, more);
        let before = trainer.state().clone();
        let found = symptoms(&mut trainer);
        assert_eq!(found.contains(&Symptom::ModeCollapse), collapsed, "{}", before.step);
        assert!(*trainer.state() == before, "it changes nothing");
        // Of one that was resumed at its last step there is no less to say.
        let bytes = checkpoint::encode(&before).unwrap();
        let mut again = Trainer::resume(checkpoint::decode(&bytes).unwrap());
        assert_eq!(symptoms(&mut again), found);
    }
}
