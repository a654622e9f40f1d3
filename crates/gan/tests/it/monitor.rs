//! The monitor on whole runs: injected faults are reported, and its state is saved with the run.

use dcgan_gan::interop::NetworkKind;
use dcgan_gan::monitor::{Alert, NonFinite, Quantity, Symptom};
use dcgan_gan::numbers::Fault;
use dcgan_gan::{Config, NetworkState, State, Trainer, checkpoint};
use dcgan_optim::Adam;
use dcgan_random::{Purpose, fill_normal, stream};

/// As small as can be.
pub(crate) const CONFIG: Config = Config {
    image_size: 16,
    channels: 1,
    nz: 5,
    ngf: 4,
    ndf: 4,
    batch_size: 8,
    lr: 2e-4,
    beta1: 0.5,
    seed: 3,
};

/// Sets distinct real images that depend only on the step.
pub(crate) fn fill_real(trainer: &mut Trainer) {
    let step = trainer.state().step;
    let mut real = trainer.real();
    let pixels = real.as_slice_mut().unwrap();
    fill_normal(&mut stream(9, Purpose::Noise, step), pixels);
    pixels.iter_mut().for_each(|v| *v = v.tanh());
}

/// One monitored step on such images.
fn step(trainer: &mut Trainer) -> Vec<Alert> {
    fill_real(trainer);
    let losses = trainer.step();
    assert_eq!(trainer.non_finite(&losses), None);
    trainer.monitor()
}

pub(crate) fn steps(trainer: &mut Trainer, n: u64) -> Vec<(u64, Alert)> {
    let mut events = Vec::new();
    for _ in 0..n {
        let alerts = step(trainer);
        events.extend(alerts.into_iter().map(|event| (trainer.state().step, event)));
    }
    events
}

/// A state with the floats of some arrays of one network replaced.
fn planted(net: NetworkKind, prefix: &str, value: f32) -> State {
    let mut state = State::new(CONFIG).unwrap();
    let network = match net {
        NetworkKind::Generator => &mut state.generator,
        NetworkKind::Discriminator => &mut state.discriminator,
    };
    let entries = network.theta.entries().iter().filter(|entry| entry.name.starts_with(prefix));
    let ranges: Vec<_> = entries.map(|entry| entry.range.clone()).collect();
    assert!(!ranges.is_empty(), "there is no {prefix}");
    for range in ranges {
        network.theta.as_mut_slice()[range].fill(value);
    }
    state
}

/// γ = β = 0 in front of a ReLU: nothing passes, and no gradient comes back.
#[test]
fn a_zeroed_generator_layer_is_reported() {
    let mut trainer = Trainer::resume(planted(NetworkKind::Generator, "main.4.", 0.0));
    let events = steps(&mut trainer, 700);
    let still: Vec<_> =
        events.iter().filter(|(_, e)| e.symptom == Symptom::GeneratorStalled).collect();
    let [(400, event)] = still[..] else { panic!("{events:?}") };
    assert!(event.starts && event.steps == 300, "{event:?}");
}

/// The layers after it have trained a little and still do, so the samples change; but they no longer depend on
/// the latents.
#[test]
fn a_generator_layer_that_dies_during_training_is_reported() {
    let mut trainer = Trainer::new(CONFIG).unwrap();
    steps(&mut trainer, 20);
    let mut state = trainer.state().clone();
    zero(&mut state.generator, "main.1.");
    let events = steps(&mut Trainer::resume(state), 490);
    let collapsed: Vec<_> =
        events.iter().filter(|(_, e)| e.symptom == Symptom::ModeCollapse).collect();
    let [(500, event)] = collapsed[..] else { panic!("{events:?}") };
    assert!(event.starts && event.steps == 500 && event.mean == 0.0, "{event:?}");
    assert!(events.iter().all(|(_, e)| e.symptom != Symptom::GeneratorStalled), "{events:?}");
}

/// Sets the arrays with this prefix to zero and resets the optimiser, whose moments would change them again.
pub(crate) fn zero(network: &mut NetworkState, prefix: &str) {
    network.adam = Adam::new(network.theta.len());
    for entry in network.theta.entries().to_vec() {
        if entry.name.starts_with(prefix) {
            network.theta.as_mut_slice()[entry.range].fill(0.0);
        }
    }
}

#[test]
fn identical_images_are_reported_until_they_differ() {
    let mut trainer = Trainer::new(CONFIG).unwrap();
    let mut events = Vec::new();
    for _ in 0..300 {
        trainer.real().fill(0.5);
        trainer.step();
        events.extend(trainer.monitor());
    }
    events.extend(steps(&mut trainer, 300).into_iter().map(|(_, event)| event));
    let alike: Vec<_> = events.iter().filter(|e| e.symptom == Symptom::DegenerateData).collect();
    let alerts: Vec<_> = alike.iter().map(|e| (e.starts, e.steps)).collect();
    assert_eq!(alerts, [(true, 100), (false, 100)]);
    assert!(alike[0].mean == 0.0 && alike[1].mean > 0.3, "{alike:?}");
}

/// A trainer at a multiple of the default learning rate.
fn at_rate(times: f64, seed: u64) -> Trainer {
    Trainer::new(Config { lr: times * CONFIG.lr, seed, ..CONFIG }).unwrap()
}

#[test]
fn an_excessive_learning_rate_is_reported_after_a_hundred_steps() {
    for seed in 0..3 {
        let blowups = |times: f64| {
            let events = steps(&mut at_rate(times, seed), if times == 100.0 { 200 } else { 100 });
            events.into_iter().filter(|(_, event)| event.symptom == Symptom::WeightBlowup)
        };
        for times in [100.0, 1000.0] {
            let alerts: Vec<_> = blowups(times).collect();
            let [(100, event)] = alerts[..] else { panic!("× {times}, seed {seed}: {alerts:?}") };
            assert!(event.starts && event.steps == 100, "{event:?}");
            assert!(event.mean > 4.0, "× {times}, seed {seed}: {event:?}");
        }
        for times in [0.1, 1.0, 5.0] {
            assert_eq!(blowups(times).next(), None, "× {times}, seed {seed}");
        }
    }
}

/// The weights of both networks are monitored.
#[test]
fn weight_growth_is_reported_in_either_network() {
    for net in [NetworkKind::Generator, NetworkKind::Discriminator] {
        let mut trainer = Trainer::new(CONFIG).unwrap();
        steps(&mut trainer, 99);
        let mut state = trainer.state().clone();
        let network = match net {
            NetworkKind::Generator => &mut state.generator,
            NetworkKind::Discriminator => &mut state.discriminator,
        };
        network.theta.as_mut_slice().iter_mut().for_each(|v| *v *= 5.0);
        let events = steps(&mut Trainer::resume(state), 1);
        let alerts: Vec<_> = events.iter().map(|(at, e)| (*at, e.symptom)).collect();
        assert!(alerts.contains(&(100, Symptom::WeightBlowup)), "{net:?}: {events:?}");
        let event = events.iter().find(|(_, e)| e.symptom == Symptom::WeightBlowup).unwrap().1;
        assert!((4.5..6.5).contains(&event.mean), "{net:?}: {event:?}");
    }
}

#[test]
fn the_norms_of_the_gradients_are_those_of_all_their_floats() {
    let mut trainer = Trainer::new(CONFIG).unwrap();
    step(&mut trainer);
    let (dg, dd) = trainer.gradients();
    let plain = [dg, dd].map(|gradient| {
        gradient.as_slice().iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt()
    });
    for (norm, plain) in trainer.gradient_norms().iter().zip(plain) {
        assert!(plain > 0.0 && (norm / plain - 1.0).abs() < 1e-12, "{norm} for {plain}");
    }
}

#[test]
fn the_state_of_the_monitor_is_saved_with_the_run() {
    // A dead layer, and a learning rate so large that it is reported after a hundred steps.
    let dead = || {
        let state = planted(NetworkKind::Generator, "main.4.", 0.0);
        let config = Config { lr: 0.02, ..CONFIG };
        Trainer::resume(State { config, ..state })
    };
    let mut straight = dead();
    let all = steps(&mut straight, 450);
    let alerts: Vec<_> = all.iter().map(|(_, event)| event.symptom).collect();
    assert!(
        alerts.contains(&Symptom::GeneratorStalled) && alerts.contains(&Symptom::WeightBlowup),
        "{all:?}"
    );
    for cut in [1, 50, 99, 100, 150, 399, 400] {
        let mut first = dead();
        let mut events = steps(&mut first, cut);
        let bytes = checkpoint::encode(first.state()).unwrap();
        let mut second = Trainer::resume(checkpoint::decode(&bytes).unwrap());
        events.extend(steps(&mut second, 450 - cut));
        assert_eq!(events, all, "cut after {cut}");
        assert!(second.state() == straight.state(), "cut after {cut}");
    }
}

#[test]
fn a_rollback_changes_the_latents() {
    let fakes = |rollbacks| {
        let mut trainer = Trainer::resume(State { rollbacks, ..State::new(CONFIG).unwrap() });
        step(&mut trainer);
        trainer.fakes().to_owned()
    };
    let all: Vec<_> = (0..4).map(fakes).collect();
    for (i, a) in all.iter().enumerate() {
        assert_eq!(*a, fakes(i as u32));
        assert!(all[..i].iter().all(|b| a != b), "{i} rollbacks");
    }
}

#[test]
fn a_restored_trainer_repeats_its_steps() {
    let mut trainer = Trainer::new(CONFIG).unwrap();
    steps(&mut trainer, 20);
    let kept = trainer.state().clone();
    steps(&mut trainer, 20);
    let end = trainer.state().clone();
    trainer.restore(kept);
    steps(&mut trainer, 20);
    assert!(*trainer.state() == end);
}

/// Every number of a state, one by one.
#[test]
fn a_non_finite_value_is_found_wherever_it_is() {
    let state = State::new(CONFIG).unwrap();
    assert_eq!(state.non_finite(), None);
    for net in [NetworkKind::Generator, NetworkKind::Discriminator] {
        let network =
            if net == NetworkKind::Generator { &state.generator } else { &state.discriminator };
        for (params, what) in
            [(&network.theta, Quantity::Weight), (&network.buffers, Quantity::Buffer)]
        {
            for entry in params.entries() {
                for (at, value) in
                    [(entry.range.start, f32::NAN), (entry.range.end - 1, f32::INFINITY)]
                {
                    let mut state = state.clone();
                    let network = match net {
                        NetworkKind::Generator => &mut state.generator,
                        NetworkKind::Discriminator => &mut state.discriminator,
                    };
                    let params = if what == Quantity::Weight {
                        &mut network.theta
                    } else {
                        &mut network.buffers
                    };
                    params.as_mut_slice()[at] = value;
                    let lost = NonFinite {
                        step: 0,
                        network: Some(net),
                        name: entry.name.clone(),
                        quantity: what,
                        fault: Fault::NonFinite,
                    };
                    assert_eq!(state.non_finite(), Some(lost));
                }
            }
        }
    }
}

/// A weight of D that is NaN, or so large that the next value overflows.
#[test]
fn the_first_non_finite_layer_is_named_immediately() {
    for layer in ["main.0", "main.2", "main.5"] {
        // The last layer sums so many products that they overflow in any order.
        let huge = if layer == "main.5" { f32::MAX } else { f32::INFINITY };
        for value in [f32::NAN, huge] {
            let state = planted(NetworkKind::Discriminator, &format!("{layer}."), value);
            let mut trainer = Trainer::resume(state);
            fill_real(&mut trainer);
            let losses = trainer.step();
            let lost = trainer.non_finite(&losses);
            let lost = lost.unwrap_or_else(|| panic!("{layer} of {value}: {losses:?}"));
            assert_eq!(
                (lost.step, lost.network, lost.quantity),
                (1, Some(NetworkKind::Discriminator), Quantity::Output)
            );
            assert_eq!(lost.name, layer, "of {value}");
            let expected =
                format!("step 1: the output of {layer} in the discriminator is no longer");
            assert!(lost.to_string().starts_with(&expected), "{lost}");
        }
    }
}

/// A ReLU turns a NaN in G into a zero, so that no loss shows it.
#[test]
fn what_the_losses_do_not_show_is_found_within_ten_steps() {
    let mut trainer = Trainer::resume(planted(NetworkKind::Generator, "main.0.", f32::NAN));
    for step in 1..=10 {
        fill_real(&mut trainer);
        let losses = trainer.step();
        assert!(losses.generator.is_finite() && losses.fake.is_finite(), "{losses:?}");
        let name = "main.0".to_owned();
        let network = Some(NetworkKind::Generator);
        let (quantity, fault) = (Quantity::Output, Fault::NonFinite);
        let lost = NonFinite { step, network, name, quantity, fault };
        assert_eq!(trainer.non_finite(&losses), (step == 10).then_some(lost));
        // It must not reach a checkpoint in between.
        assert!(trainer.state().non_finite().is_some());
    }
}
