//! The same device, driver and shaders give the same bits.

use dcgan_gan::{Augment, Config, DNorm, Engine, State, Upsample, checkpoint};

use super::support::{gpu, noise};
use crate::GpuEngine;

const CONFIGS: [Config; 2] = {
    let default = Config {
        image_size: 16,
        nz: 10,
        ngf: 8,
        ndf: 8,
        batch_size: 6,
        ema: 0.9,
        upsample: Upsample::Nearest,
        ..Config::DEFAULT
    };
    let other = Config {
        d_norm: DNorm::Spectral,
        r1: 1.0,
        penalty_every: 2,
        lecam: 0.1,
        d_steps: 2,
        augment: Augment::ALL,
        ..default
    };
    [default, other]
};

/// Takes steps, each on other images.
fn train(engine: &mut GpuEngine, steps: u64) {
    for _ in 0..steps {
        let step = engine.progress().step;
        let mut real = engine.real();
        let pixels = noise(step, real.len());
        real.as_slice_mut().unwrap().copy_from_slice(&pixels);
        engine.step().unwrap();
    }
}

/// The bytes of a checkpoint.
fn saved(engine: &mut GpuEngine) -> Vec<u8> {
    checkpoint::encode(engine.state().unwrap()).unwrap()
}

#[test]
fn two_runs_and_a_stopped_and_resumed_one_are_the_same_byte_for_byte() {
    for config in CONFIGS {
        let new = || GpuEngine::new(gpu(), State::new(config).unwrap()).unwrap();
        let (mut whole, mut again) = (new(), new());
        train(&mut whole, 8);
        train(&mut again, 3);
        let stopped = saved(&mut again);
        train(&mut again, 5);
        assert!(saved(&mut whole) == saved(&mut again), "{config:?}");

        let state = checkpoint::decode(&stopped).unwrap();
        let mut resumed = GpuEngine::new(gpu(), state).unwrap();
        train(&mut resumed, 5);
        assert!(saved(&mut whole) == saved(&mut resumed), "{config:?}");
    }
}

/// Images are made with statistics of the state's own weights, which the CPU computes.
#[test]
fn the_statistics_that_are_shown_are_those_of_the_state() {
    let mut engine = GpuEngine::new(gpu(), State::new(CONFIGS[0]).unwrap()).unwrap();
    for _ in 0..2 {
        train(&mut engine, 2);
        let shown = engine.state_to_show().unwrap().clone();
        let mut again = State { statistics: None, ..shown.clone() };
        again.compute_statistics();
        assert!(shown.statistics.is_some() && shown == again);
    }
    train(&mut engine, 1);
    assert!(engine.state().unwrap().statistics.is_none(), "they are those of other weights");
}

/// A run that diverges goes back to an earlier state.
#[test]
fn a_restored_state_is_the_one_that_trains_on() {
    let new = || GpuEngine::new(gpu(), State::new(CONFIGS[0]).unwrap()).unwrap();
    let mut engine = new();
    train(&mut engine, 2);
    let early = engine.state().unwrap().clone();
    train(&mut engine, 3);
    let late = saved(&mut engine);
    engine.restore(early.clone());
    assert_eq!(engine.state().unwrap(), &early);
    train(&mut engine, 3);
    assert!(late == saved(&mut engine));
    engine.restore(State { rollbacks: 1, ..early });
    train(&mut engine, 3);
    assert!(late != saved(&mut engine), "another rollback has other latents");
}
